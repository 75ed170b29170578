import { useMemo } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import type { Service } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { UseChart } from '../../ui/use-chart.js';
import { UseShares } from '../../ui/use-shares.js';
import { askedIn, usageQuery, UseFilters } from '../key/use-tab.js';
import { filterQuery } from '../keys/filters.js';
import { AdminPage } from './admin-page.js';
import type { Stats } from './types.js';

const STATES = [
  ['live', 'good'],
  ['disabled', 'quiet'],
  ['expired', 'warn'],
  ['revoked', 'bad'],
] as const;

/** How many keys and people there are, and how keys are used over time. */
export function OverviewPage() {
  const { t } = useTexts();
  const { overview: words } = t.admin;
  const { query } = useAddress();
  const asked = askedIn(query);
  const path = useMemo(
    () => `v1/admin/stats${usageQuery(asked, new Date())}`,
    [asked.period, asked.step, asked.of],
  );
  const { data, problem, reload } = useResource<Stats>(path);
  const { data: catalogue } = useResource<{ items: readonly Service[] }>('v1/services');
  const services = new Map([
    ...(catalogue?.items ?? []).map(({ audience, title }) => [audience, title] as const),
    ...(data?.byAudience ?? []).flatMap(({ audience, title }) =>
      audience === null ? [] : [[audience, title ?? audience] as const],
    ),
  ]);
  return (
    <AdminPage title={t.admin.title} lead={words.lead}>
      <Numbers of={data} />
      <section class="card card-inside" aria-label={t.key.use.title}>
        <UseFilters asked={asked} services={[...services]} />
        {problem && <ProblemNotice problem={problem} onAgain={reload} />}
        {!data && !problem && <Skeleton label={t.common.loading} />}
        {data && (
          <>
            <UseChart points={data.usage} totals={data.totals} step={data.step} zone={data.timeZone} />
            <UseShares byAudience={data.byAudience} byCode={data.byCode} />
          </>
        )}
      </section>
    </AdminPage>
  );
}

function Numbers({ of }: { of: Stats | undefined }) {
  const { t, f } = useTexts();
  const { overview: words } = t.admin;
  return (
    <nav class="cards cards-5" aria-label={words.lead}>
      {STATES.map(([state, tone]) => (
        <Link key={state} class={`stat stat-${tone}`} to={`/admin/keys${filterQuery({ status: state })}`}>
          <span class="stat-name">{words[state]}</span>
          <span class="stat-number">{of ? f.number(of.keys[state]) : <span class="skeleton" />}</span>
        </Link>
      ))}
      <Link class="stat" to="/admin/people">
        <span class="stat-name">{words.people}</span>
        <span class="stat-number">{of ? f.number(of.owners.all) : <span class="skeleton" />}</span>
        {of && <span class="faint">{words.enabled(of.owners.enabled)}</span>}
      </Link>
    </nav>
  );
}
