import { useState } from 'preact/hooks';
import { queryOf } from '../../api/call.js';
import { usePages } from '../../api/pages.js';
import { hrefTo, navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Select } from '../../ui/field.js';
import { Icon } from '../../ui/icons.js';
import { SearchField } from '../../ui/search-field.js';
import { AdminPage } from './admin-page.js';
import { AuditLines } from './audit-lines.js';
import { ListFoot, ListOrReason } from './list-parts.js';
import type { AuditLine, AuditList } from './types.js';

const NAMES = ['action', 'actor', 'owner', 'key', 'from', 'to'] as const;
type Name = (typeof NAMES)[number];
type Filters = Readonly<Record<Name, string>>;

const instant = (local: string): string => {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
};

function asked(filters: Filters): string {
  return queryOf({
    ...filters,
    from: filters.from && instant(filters.from),
    to: filters.to && instant(filters.to),
  });
}

/** Who did what. */
export function AuditPage() {
  const { t } = useTexts();
  const { audit: words } = t.admin;
  const { query } = useAddress();
  const given = new URLSearchParams(query);
  const filters = Object.fromEntries(NAMES.map((name) => [name, given.get(name) ?? ''])) as Filters;
  const lines = usePages<AuditLine, AuditList>(`v1/admin/audit${asked(filters)}`);
  const all = asked(filters);
  const file = (
    <a
      class="button button-plain"
      href={hrefTo(`/v1/admin/audit${all}${all ? '&' : '?'}format=ndjson`)}
      download="audit.ndjson"
    >
      <Icon name="download" />
      <span>{words.download}</span>
    </a>
  );
  return (
    <AdminPage title={words.title} lead={words.lead} actions={file}>
      <Chain first={lines.first} isWhole={all === ''} />
      <section class="card list-card" aria-label={words.title}>
        <AuditFilters filters={filters} isNarrowed={all !== ''} />
        <ListOrReason
          list={lines}
          label={words.loading}
          none={{ ...words.none, clearTo: '/admin/audit', clear: words.clear }}
        >
          <AuditLines lines={lines.items} isStale={lines.isLoading} />
          <ListFoot
            list={lines}
            shown={words.shown(lines.items.length, !lines.more, all === '' ? lines.first?.rows : undefined)}
          />
        </ListOrReason>
      </section>
    </AdminPage>
  );
}

/** How the trail holds together, and how that is proved. */
function Chain({ first, isWhole }: { first: AuditList | undefined; isWhole: boolean }) {
  const { t } = useTexts();
  const { audit: words } = t.admin;
  if (!first?.rows) return null;
  const last = isWhole ? first.items[0] : undefined;
  return (
    <section class="card chain">
      <Icon name="link" size={20} />
      <div>
        <p>
          <strong>{words.chain(first.rows)}</strong>
        </p>
        <p class="faint">
          {words.chainText} <code>npm run audit:verify</code>
        </p>
        {last && (
          <p class="faint chain-hash">
            {words.last}: <code>{last.hash.slice(0, 16)}…</code>
            <CopyButton small look="quiet" label={words.copy} text={() => last.hash} />
          </p>
        )}
      </div>
    </section>
  );
}

interface FiltersProps {
  readonly filters: Filters;
  readonly isNarrowed: boolean;
}

function AuditFilters({ filters, isNarrowed }: FiltersProps) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(isNarrowed);
  const number = NAMES.filter((name) => filters[name] !== '').length;
  return (
    <div class="toolbar">
      <div class="toolbar-line">
        <Button
          icon="filter"
          aria-expanded={isOpen}
          aria-controls={isOpen ? 'filters' : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {t.keys.filters}
          {number > 0 && <span class="count">{number}</span>}
        </Button>
      </div>
      {isOpen && <FilterFields filters={filters} isNarrowed={isNarrowed} />}
    </div>
  );
}

function FilterFields({ filters, isNarrowed }: FiltersProps) {
  const { t } = useTexts();
  const { audit: words } = t.admin;
  const address = useAddress();
  const set = (name: Name) => (value: string) =>
    navigate(withQuery(address, { [name]: value }), { replace: true });
  const actions = Object.entries({ ...t.key.history.actions, ...words.actions });
  const found = (name: 'actor' | 'owner' | 'key', hint: string) => (
    <SearchField
      icon={name === 'key' ? 'key' : 'user'}
      label={`${words[name]}: ${hint}`}
      placeholder={words[name]}
      maxLength={256}
      value={filters[name]}
      onChange={set(name)}
    />
  );
  const time = (name: 'from' | 'to') => (
    <label class="filter">
      <span>{words[name]}</span>
      <input
        class="input"
        type="datetime-local"
        value={filters[name]}
        onChange={({ currentTarget }) => set(name)(currentTarget.value)}
      />
    </label>
  );
  return (
    <div class="filters audit-filters" id="filters">
      <label class="filter">
        <span>{words.action}</span>
        <Select<string>
          value={filters.action}
          options={[['', words.anyAction], ...actions]}
          onValue={set('action')}
        />
      </label>
      {time('from')}
      {time('to')}
      {found('actor', words.idHint)}
      {found('owner', words.idHint)}
      {found('key', words.keyHint)}
      {isNarrowed && (
        <ButtonLink look="quiet" icon="close" to="/admin/audit">
          {words.clear}
        </ButtonLink>
      )}
    </div>
  );
}
