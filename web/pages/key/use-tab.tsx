import { useMemo } from 'preact/hooks';
import { queryOf } from '../../api/call.js';
import { useResource } from '../../api/resource.js';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Select } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { UseChart } from '../../ui/use-chart.js';
import { UseShares } from '../../ui/use-shares.js';
import type { KeyUsage } from './types.js';
import { keyPath, zone } from './use-key.js';

const DAY_MS = 86_400_000;
const PERIODS = { day: 1, week: 7, month: 30, year: 365 } as const;
export type Period = keyof typeof PERIODS;
type Step = 'hour' | 'day';
/** Of callers that named no service: an address can't hold an empty choice. */
const NONE = '-';

export interface Asked {
  readonly period: Period;
  readonly step: Step;
  /** '': all. */
  readonly of: string;
}

/** What of the use is asked for by the address. */
export function askedIn(query: string): Asked {
  const given = new URLSearchParams(query);
  const period = (Object.keys(PERIODS) as Period[]).find((one) => one === given.get('period')) ?? 'month';
  const usual: Step = period === 'day' ? 'hour' : 'day';
  const step = period !== 'year' && given.get('step') === 'hour' ? 'hour' : usual;
  return { period, step, of: given.get('of') ?? '' };
}

/** The same for the API. @param now the period ends with it */
export function usageQuery({ period, step, of }: Asked, now: Date): string {
  const from = new Date(now.getTime() - PERIODS[period] * DAY_MS + (step === 'day' ? DAY_MS : 0));
  const audience = of === NONE ? '&audience=' : of ? `&audience=${encodeURIComponent(of)}` : '';
  return queryOf({ from: from.toISOString(), step, tz: zone() }) + audience;
}

/** How the key was used over time. @param path of the key in the API */
export function UseTab({ of: key, path = keyPath(key.id, '') }: { of: KeyRecord; path?: string }) {
  const { t } = useTexts();
  const asked = askedIn(useAddress().query);
  const query = useMemo(() => usageQuery(asked, new Date()), [asked.period, asked.step, asked.of]);
  const { data, problem, reload } = useResource<KeyUsage>(`${path}/usage${query}`);
  return (
    <div class="sections">
      <UseFilters asked={asked} services={servicesIn(data, key)} />
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      {!data && !problem && <Skeleton label={t.common.loading} />}
      {data && (
        <>
          <UseChart points={data.series} totals={data.totals} step={data.step} zone={data.timeZone} />
          <UseShares byAudience={data.byAudience} byCode={data.byCode} />
        </>
      )}
    </div>
  );
}

/** Those that it is for, and those that asked. */
function servicesIn(data: KeyUsage | undefined, key: KeyRecord): readonly (readonly [string, string])[] {
  const all = [...(key.services ?? []), ...(data?.byAudience ?? [])];
  const named = all.filter(({ audience }) => audience !== null);
  return [...new Map(named.map(({ audience, title }) => [audience!, title ?? audience!]))];
}

interface FiltersProps {
  readonly asked: Asked;
  readonly services: readonly (readonly [audience: string, title: string])[];
}

export function UseFilters({ asked, services }: FiltersProps) {
  const { t } = useTexts();
  const { use: words } = t.key;
  const address = useAddress();
  const change = (values: Record<string, string>): void =>
    navigate(withQuery(address, values), { replace: true });
  const isOther = asked.of && asked.of !== NONE && !services.some(([audience]) => audience === asked.of);
  const choices = [
    ['', words.allServices],
    ...services,
    ...(isOther ? [[asked.of, asked.of] as const] : []),
    [NONE, words.noService],
  ] as const;
  return (
    <div class="use-filters">
      <Select<Period>
        label={words.period}
        value={asked.period}
        options={(Object.keys(PERIODS) as Period[]).map((period) => [period, words.periods[period]] as const)}
        onValue={(period) => change({ period: period === 'month' ? '' : period, step: '' })}
      />
      {asked.period !== 'year' && asked.period !== 'day' && (
        <Select<Step>
          label={words.step}
          value={asked.step}
          options={[
            ['day', words.steps.day],
            ['hour', words.steps.hour],
          ]}
          onValue={(step) => change({ step: step === 'day' ? '' : step })}
        />
      )}
      <Select<string>
        label={words.service}
        value={asked.of}
        options={choices}
        onValue={(of) => change({ of })}
      />
    </div>
  );
}
