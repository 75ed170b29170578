import { queryOf } from '../../api/call.js';
import { usePages } from '../../api/pages.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Badge } from '../../ui/badge.js';
import { SearchField } from '../../ui/search-field.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { AdminPage } from './admin-page.js';
import { ListFoot, ListOrReason } from './list-parts.js';
import { OwnerName } from './owner-name.js';
import type { PersonList, PersonRow } from './types.js';

/** Everybody behind keys, found by the beginning of a login, name or id. */
export function PeoplePage() {
  const { t } = useTexts();
  const { people: words } = t.admin;
  const address = useAddress();
  const q = new URLSearchParams(address.query).get('q') ?? '';
  const people = usePages<PersonRow, PersonList>(`v1/admin/owners${queryOf({ q, limit: 50 })}`);
  return (
    <AdminPage title={words.title} lead={words.lead}>
      <section class="card list-card" aria-label={words.title}>
        <div class="toolbar toolbar-line">
          <SearchField
            label={words.search}
            value={q}
            onChange={(typed) => navigate(withQuery(address, { q: typed }), { replace: true })}
          />
        </div>
        <ListOrReason list={people} label={words.loading} none={words.none}>
          <PeopleTable people={people.items} isStale={people.isLoading} />
          <ListFoot list={people} shown={words.shown(people.items.length, !people.more)} />
        </ListOrReason>
      </section>
    </AdminPage>
  );
}

export function StateAtProvider({ enabled }: { enabled: boolean }) {
  const { t } = useTexts();
  const { people: words } = t.admin;
  return <Badge tone={enabled ? 'good' : 'bad'}>{enabled ? words.enabled : words.disabled}</Badge>;
}

function PeopleTable({ people, isStale }: { people: readonly PersonRow[]; isStale: boolean }) {
  const { t, f } = useTexts();
  const { people: words } = t.admin;
  const { columns: heads } = words;
  const columns: Column<PersonRow>[] = [
    { name: 'person', head: heads.person, place: 'main', cell: (person) => <OwnerName {...person} /> },
    { name: 'state', head: heads.state, cell: ({ enabled }) => <StateAtProvider enabled={enabled} /> },
    {
      name: 'roles',
      head: heads.roles,
      cell: ({ roles }) =>
        roles.length ? (
          <span class="roles">
            {roles.map((role) => (
              <code key={role}>{role}</code>
            ))}
          </span>
        ) : (
          <span class="faint">{words.noRoles}</span>
        ),
    },
    { name: 'number', head: heads.keys, cell: ({ liveKeys }) => f.number(liveKeys) },
    {
      name: 'confirmed',
      head: heads.confirmed,
      cell: ({ rightsReadAt }) =>
        rightsReadAt ? <Time at={rightsReadAt} /> : <span class="faint">{words.neverRead}</span>,
    },
  ];
  return (
    <Table label={words.title} columns={columns} rows={people} idOf={({ id }) => id} isStale={isStale} />
  );
}
