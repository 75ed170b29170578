import { useResource } from '../../api/resource.js';
import { useTexts } from '../../texts/texts.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Table, TableSkeleton } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { AdminPage } from './admin-page.js';
import { policyValue } from './policy-value.js';
import type { PolicyList } from './types.js';

type Policy = PolicyList['items'][number];

/** What holds for everybody, each with the setting that makes it. */
export function PoliciesPage() {
  const spoken = useTexts();
  const { t } = spoken;
  const { policies: words } = t.admin;
  const { data, problem, reload } = useResource<PolicyList>('v1/admin/policies');
  const columns: Column<Policy>[] = [
    {
      name: 'policy',
      head: words.columns.policy,
      place: 'main',
      cell: ({ policy, setting }) => words.names[setting] ?? policy,
    },
    {
      name: 'value',
      head: words.columns.value,
      cell: (policy) => <strong>{policyValue(policy, spoken)}</strong>,
    },
    { name: 'setting', head: words.columns.setting, cell: ({ setting }) => <code>{setting}</code> },
  ];
  return (
    <AdminPage title={words.title} lead={words.lead}>
      <section class="card list-card" aria-label={words.title}>
        {problem && <ProblemNotice problem={problem} onAgain={reload} />}
        {!data && !problem && <TableSkeleton label={t.common.loading} />}
        {data && (
          <Table label={words.title} columns={columns} rows={data.items} idOf={({ setting }) => setting} />
        )}
      </section>
    </AdminPage>
  );
}
