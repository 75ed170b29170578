import { useMemo } from 'preact/hooks';
import { useKeyChanges } from '../../api/key-changes.js';
import { usePages } from '../../api/pages.js';
import { hrefTo, navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Icon } from '../../ui/icons.js';
import { SearchField } from '../../ui/search-field.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { filtersIn, isNarrowed, listQuery } from '../keys/filters.js';
import { columnsOf, KeyName } from '../keys/key-table.js';
import { Toolbar } from '../keys/toolbar.js';
import { AdminPage } from './admin-page.js';
import { ListFoot, ListOrReason } from './list-parts.js';
import { adminKeyAddress, OwnerName } from './owner-name.js';
import type { OwnedKey, OwnedKeyList } from './types.js';

/** The keys of everybody, found by owner, state, service, end and use. */
export function AdminKeysPage() {
  const { t } = useTexts();
  const { keys: words } = t.admin;
  const address = useAddress();
  const { query } = address;
  const filters = filtersIn(query);
  const owner = new URLSearchParams(query).get('owner') ?? '';
  const asked = useMemo(() => {
    const list = listQuery(filters, new Date());
    return owner ? `${list}&owner=${encodeURIComponent(owner)}` : list;
  }, [JSON.stringify(filters), owner]);
  const keys = usePages<OwnedKey, OwnedKeyList>(`v1/admin/keys${asked}`);
  useKeyChanges(keys.reload);
  const change = (values: Record<string, string>): void =>
    navigate(withQuery(address, values), { replace: 'q' in values || 'owner' in values });
  const csv = (
    <a class="button button-plain" href={hrefTo(`/v1/admin/keys${asked}&format=csv`)} download="keys.csv">
      <Icon name="download" />
      <span>{t.admin.download}</span>
    </a>
  );
  return (
    <AdminPage title={words.title} lead={words.lead} actions={csv}>
      <section class="card list-card" aria-label={words.title}>
        <Toolbar
          filters={filters}
          isNarrowed={isNarrowed(filters) || owner !== ''}
          clearTo="/admin/keys"
          onChange={change}
        >
          <SearchField
            icon="user"
            label={`${words.owner}: ${words.ownerHint}`}
            placeholder={words.owner}
            value={owner}
            onChange={(typed) => change({ owner: typed })}
          />
        </Toolbar>
        <ListOrReason
          list={keys}
          label={words.loading}
          none={{
            title: t.keys.none.title,
            text: t.keys.none.text,
            clearTo: '/admin/keys',
            clear: t.keys.clear,
          }}
        >
          <KeysTable keys={keys.items} isStale={keys.isLoading} />
          <ListFoot list={keys} shown={words.shown(keys.items.length, !keys.more)} />
        </ListOrReason>
      </section>
    </AdminPage>
  );
}

interface KeysTableProps {
  readonly keys: readonly OwnedKey[];
  readonly isStale: boolean;
}

function KeysTable({ keys, isStale }: KeysTableProps) {
  const { t } = useTexts();
  const { columns: heads } = t.keys;
  const columns: Column<OwnedKey>[] = [
    {
      name: 'key',
      head: heads.key,
      place: 'main',
      cell: (key) => <KeyName of={key} to={adminKeyAddress(key.id)} />,
    },
    { name: 'owner', head: t.admin.keys.owner, cell: ({ owner }) => <OwnerName {...owner} /> },
    ...columnsOf(t),
  ];
  return (
    <Table label={t.admin.keys.title} columns={columns} rows={keys} idOf={({ id }) => id} isStale={isStale} />
  );
}
