import { useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { announceKeyChange, useKeyChanges } from '../../api/key-changes.js';
import { usePages } from '../../api/pages.js';
import { useResource } from '../../api/resource.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { KeyState } from '../../ui/key-state.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import { LimitsSection } from '../key/limits-section.js';
import { RefusalsTab } from '../key/refusals-tab.js';
import { UseTab } from '../key/use-tab.js';
import { AdminPage } from './admin-page.js';
import { AuditLines } from './audit-lines.js';
import { KeyFacts } from './key-facts.js';
import { ListFoot } from './list-parts.js';
import { MissingPage } from './missing-page.js';
import { ReasonDialog } from './reason-dialog.js';
import type { AuditLine, OwnedKey } from './types.js';

/** A key of anybody's: what it is, what was done to it, and the way to end it. */
export function AdminKeyPage({ id }: { id: string }) {
  const { t } = useTexts();
  const path = `v1/admin/keys/${encodeURIComponent(id)}`;
  const { data: key, problem, reload } = useResource<OwnedKey>(path);
  useKeyChanges(reload);
  const back = { to: '/admin/keys', text: t.admin.key.back };
  if (!key)
    return (
      <MissingPage
        {...{ problem, back }}
        list={t.admin.keys.title}
        gone={{ title: t.key.gone.title, text: t.admin.key.gone }}
        loading={t.key.loading}
        onAgain={reload}
      />
    );
  return (
    <AdminPage
      title={key.name || t.keys.unnamed}
      back={back}
      lead={<KeyState of={key} />}
      actions={<Actions of={key} path={path} />}
    >
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      <Body of={key} path={path} />
    </AdminPage>
  );
}

function Body({ of: key, path }: { of: OwnedKey; path: string }) {
  const { t } = useTexts();
  const lines = usePages<AuditLine>(`v1/admin/audit?key=${encodeURIComponent(key.id)}&limit=20`);
  useKeyChanges(lines.reload);
  return (
    <>
      {key.revokeReason && (
        <Notice tone="bad" icon="ban">
          <p>{t.key.sentence.reason(key.revokeReason)}</p>
        </Notice>
      )}
      <div class="columns columns-even">
        <div class="card card-inside">
          <KeyFacts of={key} />
        </div>
        <div class="card card-inside">
          <LimitsSection of={key} />
        </div>
      </div>
      <section class="card card-inside">
        <h2>{t.key.tabs.use}</h2>
        <UseTab of={key} path={path} />
      </section>
      <section class="card card-inside">
        <h2>{t.key.tabs.refusals}</h2>
        <RefusalsTab of={key} path={path} isOwn={false} />
      </section>
      <section class="card list-card">
        <header class="card-head">
          <h2>{t.admin.key.history}</h2>
        </header>
        {lines.problem && <ProblemNotice problem={lines.problem} onAgain={lines.reload} />}
        <AuditLines lines={lines.items} isStale={lines.isLoading} isOfOneKey />
        <ListFoot list={lines} shown="" />
      </section>
    </>
  );
}

type Act = 'revoke' | 'disable';

function Actions({ of: key, path }: { of: OwnedKey; path: string }) {
  const { t } = useTexts();
  const { key: words } = t.admin;
  const say = useToast();
  const [asks, setAsks] = useState<Act>();
  const name = key.name || t.keys.unnamed;
  const enable = async (): Promise<void> => {
    try {
      await call(`${path}/enable`, { method: 'POST', body: {} });
      announceKeyChange();
      say(words.enabled);
    } catch (error) {
      say(t.problem(error as Problem), 'bad');
    }
  };
  const asked = {
    revoke: [words.revokeTitle(name), words.revokeLead, words.revoke, words.revoked],
    disable: [words.disableTitle(name), words.disableLead, words.disable, words.disabled],
  } as const;
  const mayRevoke = key.state !== 'revoked' || key.revokedBy === 'owner';
  return (
    <>
      {key.state === 'live' && (
        <Button icon="pause" onClick={() => setAsks('disable')}>
          {words.disable}
        </Button>
      )}
      {key.state === 'disabled' && (
        <Button icon="play" onClick={() => void enable()}>
          {words.enable}
        </Button>
      )}
      {mayRevoke && (
        <Button icon="ban" class="button-ends" onClick={() => setAsks('revoke')}>
          {words.revoke}
        </Button>
      )}
      {asks && (
        <ReasonDialog
          title={asked[asks][0]}
          yes={asked[asks][2]}
          path={`${path}/${asks}`}
          onDone={() => {
            say(asked[asks][3]);
            setAsks(undefined);
          }}
          onClose={() => setAsks(undefined)}
        >
          <p>{asked[asks][1]}</p>
        </ReasonDialog>
      )}
    </>
  );
}
