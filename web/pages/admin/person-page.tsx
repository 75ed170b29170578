import { useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { useKeyChanges } from '../../api/key-changes.js';
import { useResource } from '../../api/resource.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Icon } from '../../ui/icons.js';
import { Menu } from '../../ui/menu.js';
import { ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import { AdminPage } from './admin-page.js';
import { Leaving } from './leaving.js';
import { MissingPage } from './missing-page.js';
import { StateAtProvider } from './people-page.js';
import { ReasonDialog } from './reason-dialog.js';
import type { Person } from './types.js';

/** A person: state, rights, and what stops without that person. */
export function PersonPage({ id }: { id: string }) {
  const { t } = useTexts();
  const path = `v1/admin/owners/${encodeURIComponent(id)}`;
  const { data: person, problem, reload } = useResource<Person>(path);
  useKeyChanges(reload);
  const back = { to: '/admin/people', text: t.admin.person.back };
  if (person) return <Known of={person} {...{ path, back, problem, reload }} />;
  return (
    <MissingPage
      {...{ problem, back }}
      list={t.admin.people.title}
      gone={t.admin.person.gone}
      loading={t.common.loading}
      onAgain={reload}
    />
  );
}

interface KnownProps {
  readonly of: Person;
  readonly path: string;
  readonly back: { readonly to: string; readonly text: string };
  /** Why what is known is as it was before. */
  readonly problem: Problem | undefined;
  readonly reload: () => void;
}

function Known({ of: person, path, back, problem, reload }: KnownProps) {
  const { t } = useTexts();
  const { person: words } = t.admin;
  const [asks, setAsks] = useState<'revoke-all' | 'erase'>();
  const actions = (
    <>
      <Button icon="ban" class="button-ends" onClick={() => setAsks('revoke-all')}>
        {words.revokeAll}
      </Button>
      <Menu
        label={t.key.actions.more}
        button={<Icon name="more" />}
        items={[{ text: words.erase, icon: 'ban', act: () => setAsks('erase'), danger: true }]}
      />
    </>
  );
  const name = person.name ?? person.login ?? t.admin.erased;
  return (
    <AdminPage title={name} back={back} lead={<Lead of={person} />} actions={actions}>
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      <div class="columns">
        <Leaving of={person.leaving} />
        <div class="side">
          <Rights of={person} />
          <KeysOf of={person} />
        </div>
      </div>
      {asks && <Asking of={person} act={asks} path={path} onClose={() => setAsks(undefined)} />}
    </AdminPage>
  );
}

function Lead({ of: { id, login, enabled, createdAt } }: { of: Person }) {
  const { t, f } = useTexts();
  return (
    <span class="person-lead">
      {login && <span>{login}</span>}
      <StateAtProvider enabled={enabled} />
      <span>{t.admin.person.since(f.day(createdAt))}</span>
      <span class="person-id">
        {t.admin.person.id} <code>{id}</code>
        <CopyButton small look="quiet" label={t.admin.person.copyId} text={() => id} />
      </span>
    </span>
  );
}

function Rights({ of: { roles, groups, rightsReadAt } }: { of: Person }) {
  const { t, f } = useTexts();
  const { person: words } = t.admin;
  const shown = (items: readonly string[]) =>
    items.length ? items.map((one) => <code key={one}>{one}</code>) : <span class="faint">{words.none}</span>;
  return (
    <section class="card card-inside">
      <h2>{words.rights}</h2>
      <dl class="facts facts-narrow">
        <dt>{words.roles}</dt>
        <dd class="roles">{shown(roles)}</dd>
        <dt>{words.groups}</dt>
        <dd class="roles">{shown(groups)}</dd>
      </dl>
      <p class="section-note">
        <Icon name="shield" size={16} />
        <span title={rightsReadAt ? f.exact(rightsReadAt) : undefined}>
          {rightsReadAt ? words.confirmed(f.relative(rightsReadAt)) : words.unconfirmed}
        </span>
      </p>
    </section>
  );
}

function KeysOf({ of: { id, counts } }: { of: Person }) {
  const { t, f } = useTexts();
  const { person: words, overview } = t.admin;
  const owner = encodeURIComponent(id);
  return (
    <section class="card card-inside">
      <h2>{words.keys}</h2>
      <dl class="facts facts-narrow">
        {(['live', 'disabled', 'expired', 'revoked'] as const).map((state) => [
          <dt key={state}>{overview[state]}</dt>,
          <dd key={`${state} number`}>{f.number(counts[state])}</dd>,
        ])}
      </dl>
      <p class="section-note">
        <ButtonLink small to={`/admin/keys?owner=${owner}&status=any`}>
          {words.showKeys}
        </ButtonLink>
        <ButtonLink small to={`/admin/audit?owner=${owner}`}>
          {words.showAudit}
        </ButtonLink>
      </p>
    </section>
  );
}

interface AskingProps {
  readonly of: Person;
  readonly act: 'revoke-all' | 'erase';
  readonly path: string;
  readonly onClose: () => void;
}

function Asking({ of, act, path, onClose }: AskingProps) {
  const { t, f } = useTexts();
  const { person: words } = t.admin;
  const say = useToast();
  const name = of.login ?? of.id;
  const done = ({ revoked }: { revoked: number }): void => {
    say(act === 'erase' ? words.erased : words.revoked(revoked));
    onClose();
  };
  const { live, disabled, expired } = of.counts;
  const isErasing = act === 'erase';
  return (
    <ReasonDialog<{ revoked: number }>
      title={isErasing ? words.eraseTitle(name) : words.revokeTitle(name)}
      yes={isErasing ? words.erase : words.revokeAll}
      path={`${path}/${act}`}
      word={isErasing || of.leaving.keys.length ? { label: words.typeLogin(name), text: name } : undefined}
      hint={isErasing ? words.eraseHint : undefined}
      onDone={done}
      onClose={onClose}
    >
      <p>{isErasing ? words.eraseLead : words.revokeLead(live + disabled + expired)}</p>
      {of.leaving.keys.length > 0 && (
        <p>{words.inUse(of.leaving.keys.length, f.number(Math.ceil(of.leaving.usesPerDay)))}</p>
      )}
    </ReasonDialog>
  );
}
