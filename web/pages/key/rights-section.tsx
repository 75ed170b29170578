import { useState } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import type { KeyRecord, Me } from '../../api/types.js';
import { useMe } from '../../app/session.js';
import { useTexts } from '../../texts/texts.js';
import { Badge } from '../../ui/badge.js';
import type { Tone } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';

type Fate = 'kept' | 'lost' | 'left';

export interface RoleRow {
  readonly role: string;
  readonly fate: Fate;
}

/** Each role of the owner's and of the key's, with what became of it; what needs attention first. */
export function roleRows(
  { roles, rights }: Pick<KeyRecord, 'roles' | 'rights'>,
  held: readonly string[],
): RoleRow[] {
  const now = held.filter((role) => !rights.lost.includes(role));
  const isIn = (role: string): boolean => roles === null || roles.includes(role);
  const of = (fate: Fate, names: readonly string[]): RoleRow[] => names.map((role) => ({ role, fate }));
  return [
    ...of('lost', rights.lost),
    ...of('kept', now.filter(isIn)),
    ...of(
      'left',
      now.filter((role) => !isIn(role)),
    ),
  ];
}

const FOLDED = 8;
const TONES: Readonly<Record<Fate, Tone>> = { kept: 'good', lost: 'bad', left: 'quiet' };

/** The key's roles beside those that its owner has now. */
export function RightsSection({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { rights: words } = t.key;
  const [known, read] = [useMe(), useResource<Me>('v1/me').data];
  const me = read ?? known;
  const [isWhole, setWhole] = useState(false);
  const rows = roleRows(key, me.roles);
  const shown = isWhole ? rows : rows.slice(0, FOLDED);
  return (
    <section class="section">
      <h3>{words.title}</h3>
      <p class="section-lead">{words.lead}</p>
      {rows.length === 0 ? <p class="faint">{words.none}</p> : <RightsTable rows={shown} />}
      {rows.length > shown.length && (
        <Button small look="quiet" icon="chevronDown" onClick={() => setWhole(true)}>
          {words.more(rows.length - shown.length)}
        </Button>
      )}
      {key.roles === null && rows.length > 0 && <p class="section-note">{words.all}</p>}
      {me.groups.length > 0 && (
        <p class="section-note">
          {words.groups}{' '}
          {me.groups.map((group) => (
            <code key={group}>{group}</code>
          ))}
        </p>
      )}
      <p class="section-note">
        <Icon name="shield" size={16} />
        <Confirmed at={key.rightsReadAt} />
      </p>
    </section>
  );
}

function Confirmed({ at }: { at: string | null }) {
  const { t, f } = useTexts();
  if (at === null) return <span>{t.key.rights.never}</span>;
  return <span title={f.exact(at)}>{t.key.rights.confirmed(f.relative(at))}</span>;
}

function RightsTable({ rows }: { rows: readonly RoleRow[] }) {
  const { t } = useTexts();
  const { rights: words } = t.key;
  return (
    <table class="rights" aria-label={words.title}>
      <thead>
        <tr>
          {[words.role, words.you, words.key].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ role, fate }) => (
          <tr key={role} class={`rights-${fate}`}>
            <th scope="row">
              <code>{role}</code>
            </th>
            <td>
              <Held has={fate !== 'lost'} />
            </td>
            <td>
              <Badge tone={TONES[fate]}>{words[fate]}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Held({ has }: { has: boolean }) {
  const { t } = useTexts();
  const { rights: words } = t.key;
  return (
    <span class={has ? 'held' : 'held held-not'}>
      <Icon name={has ? 'check' : 'close'} size={16} />
      {has ? words.has : words.hasNot}
    </span>
  );
}
