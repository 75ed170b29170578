import type { ComponentChildren } from 'preact';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { Time } from '../../ui/time.js';
import { adminKeyAddress, OwnerName } from './owner-name.js';
import { StateAtProvider } from './people-page.js';
import type { OwnedKey } from './types.js';

const names = (items: readonly string[], none: string) =>
  items.length ? items.map((one) => <code key={one}>{one}</code>) : none;

export function KeyFacts({ of: key }: { of: OwnedKey }) {
  const { t } = useTexts();
  const { admin, keys } = t;
  const { about } = t.key;
  const facts: [string, ComponentChildren][] = [
    [
      admin.key.owner,
      <span class="person-lead">
        <OwnerName {...key.owner} />
        {key.serviceAccount && <span class="faint">{admin.key.service}</span>}
        <StateAtProvider enabled={key.owner.enabled} />
      </span>,
    ],
    [about.description, key.description],
    [about.created, <Time at={key.createdAt} absolute />],
    [about.ends, key.expiresAt ? <Time at={key.expiresAt} absolute /> : keys.noEnd],
    [keys.columns.used, key.usage.lastUsedAt ? <Time at={key.usage.lastUsedAt} /> : keys.neverUsed],
    [t.key.tabs.use, admin.key.uses(key.usage.accepted, key.usage.refused)],
    [admin.key.roles, <span class="roles">{key.roles ? names(key.roles, '') : admin.key.allRoles}</span>],
    [
      admin.key.lostRights,
      key.rights.lost.length > 0 && <span class="roles">{names(key.rights.lost, '')}</span>,
    ],
    [about.replaces, key.replaces && <Relative id={key.replaces} />],
    [about.replacedBy, key.replacedBy && <Relative id={key.replacedBy} />],
    [about.id, <code>{key.id}</code>],
  ];
  return (
    <section class="section">
      <h2>{about.title}</h2>
      <dl class="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>])}
      </dl>
    </section>
  );
}

const Relative = ({ id }: { id: string }) => (
  <Link to={adminKeyAddress(id)}>
    <code>{id}</code>
  </Link>
);
