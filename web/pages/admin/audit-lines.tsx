import { entryOf } from '../../texts/parts.js';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { ChangedFields } from '../../ui/changed-fields.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { adminKeyAddress, OwnerName } from './owner-name.js';
import type { AuditLine } from './types.js';

interface LinesProps {
  readonly lines: readonly AuditLine[];
  readonly isStale?: boolean;
  /** They are of one key, which need not be named in each. */
  readonly isOfOneKey?: boolean;
}

/** Lines of the audit: when, who, what from what to what, and to whom. */
export function AuditLines({ lines, isStale, isOfOneKey }: LinesProps) {
  const { t } = useTexts();
  const { columns: heads, title } = t.admin.audit;
  const columns: Column<AuditLine>[] = [
    {
      name: 'what',
      head: heads.what,
      place: 'main',
      cell: (line) => <What of={isOfOneKey ? { ...line, keyId: null } : line} />,
    },
    { name: 'at', head: heads.at, cell: ({ at }) => <Time at={at} absolute /> },
    { name: 'who', head: heads.who, cell: (line) => <Who of={line} /> },
    { name: 'whose', head: heads.whose, cell: (line) => <Whose of={line} /> },
    { name: 'number', head: heads.number, cell: ({ number, hash }) => <span title={hash}>{number}</span> },
  ];
  const shown = isOfOneKey ? columns.filter(({ name }) => name !== 'whose') : columns;
  return (
    <Table
      label={title}
      columns={shown}
      rows={lines}
      idOf={({ number }) => String(number)}
      isStale={isStale}
    />
  );
}

function What({ of: { action, keyId, keyName, details } }: { of: AuditLine }) {
  const { t } = useTexts();
  return (
    <div class="audit-what">
      <strong>{entryOf({ ...t.key.history.actions, ...t.admin.audit.actions }, action) ?? action}</strong>{' '}
      {keyId && (
        <Link to={adminKeyAddress(keyId)} class={keyName ? 'audit-name' : 'audit-key'} title={keyId}>
          {keyName || keyId}
        </Link>
      )}
      <ChangedFields details={details as Record<string, unknown>} />
    </div>
  );
}

function Who({ of: { actorId, login, via, network, agent } }: { of: AuditLine }) {
  const { t } = useTexts();
  const { audit: words, erased } = t.admin;
  const nobody = via === 'operator' ? words.operator : words.program;
  return (
    <div>
      {actorId ? <OwnerName id={actorId} login={login ?? erased} /> : nobody}
      {actorId && via && <p class="faint small">{words.via[via]}</p>}
      {network && (
        <p class="faint small">
          {network} {agent}
        </p>
      )}
    </div>
  );
}

function Whose({ of: { ownerId, ownerLogin } }: { of: AuditLine }) {
  return ownerId && <OwnerName id={ownerId} login={ownerLogin} />;
}
