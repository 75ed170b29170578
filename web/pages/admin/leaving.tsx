import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { adminKeyAddress } from './owner-name.js';
import type { Person } from './types.js';

type Left = Person['leaving'];
type UsedKey = Left['keys'][number];

/** What stops if a person leaves. */
export function Leaving({ of }: { of: Left }) {
  const { t, f } = useTexts();
  const { leaving: words } = t.admin.person;
  const numbers = [
    [words.keys, f.number(of.keys.length)],
    [words.services, f.number(of.services.length)],
    [words.networks, f.number(of.networks.length)],
    [words.uses, f.number(of.usesPerDay < 10 ? of.usesPerDay : Math.round(of.usesPerDay))],
  ] as const;
  return (
    <section class="card leaving">
      <header class="card-head">
        <h2>{words.title}</h2>
        <p class="faint">{words.lead}</p>
      </header>
      {of.keys.length === 0 ? (
        <p class="card-text">{words.nothing}</p>
      ) : (
        <>
          <dl class="totals card-text">
            {numbers.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <Where of={of} />
          <UsedKeys keys={of.keys} />
        </>
      )}
    </section>
  );
}

function Where({ of: { services, anyService, networks } }: { of: Left }) {
  const { t } = useTexts();
  const { leaving: words } = t.admin.person;
  return (
    <dl class="facts facts-narrow card-text">
      <dt>{words.services}</dt>
      <dd class="roles">
        {services.map(({ audience, title }) => (
          <span class="tag" key={audience}>
            {title ?? audience}
          </span>
        ))}
        {anyService && <span class="faint">{words.any}</span>}
      </dd>
      <dt>{words.networks}</dt>
      <dd class="roles">
        {networks.map(({ network }) => (
          <code key={network}>{network}</code>
        ))}
      </dd>
    </dl>
  );
}

function UsedKeys({ keys }: { keys: readonly UsedKey[] }) {
  const { t } = useTexts();
  const { leaving: words } = t.admin.person;
  const columns: Column<UsedKey>[] = [
    {
      name: 'key',
      head: words.key,
      place: 'main',
      cell: ({ id, name }) => (
        <Link class="key-link" to={adminKeyAddress(id)}>
          {name || t.keys.unnamed}
        </Link>
      ),
    },
    { name: 'number', head: words.accepted, cell: ({ accepted }) => t.key.use.share(accepted) },
    { name: 'used', head: words.used, cell: ({ lastUsedAt }) => lastUsedAt && <Time at={lastUsedAt} /> },
  ];
  return <Table label={words.keys} columns={columns} rows={keys} idOf={({ id }) => id} />;
}
