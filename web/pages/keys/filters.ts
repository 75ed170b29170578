import { queryOf } from '../../api/call.js';
import { SOON_DAYS } from '../../ui/soon.js';

/** What a list of keys is narrowed down to, as its address has it; '' is the usual. */
export interface KeyFilters {
  readonly q: string;
  /** 'any', or a state; '': live. */
  readonly status: string;
  readonly service: string;
  readonly created: string;
  readonly ends: string;
  readonly used: string;
  readonly sort: string;
}

export const FILTERS = ['q', 'status', 'service', 'created', 'ends', 'used', 'sort'] as const;
const STATES = ['live', 'disabled', 'expired', 'revoked'];
export const SORTS = ['expires', '-lastUsed', '-created', 'name'] as const;
export const DAYS = { soon: SOON_DAYS, week: 7, month: 30, year: 365, idle: 30, unused: 90 } as const;

export function filtersIn(query: string): KeyFilters {
  const given = new URLSearchParams(query);
  return Object.fromEntries(FILTERS.map((name) => [name, given.get(name) ?? ''])) as never;
}

/** The query of an address whose list is narrowed down to these; the names are the ones that filtersIn reads. */
export const filterQuery = (filters: Partial<KeyFilters>): string => queryOf({ ...filters });

/** Whether anything but the usual is asked for. */
export const isNarrowed = (filters: KeyFilters): boolean =>
  FILTERS.some((name) => name !== 'sort' && filters[name] !== '');

/** The same for the API. @param now the periods are counted from */
export function listQuery({ q, status, service, created, ends, used, sort }: KeyFilters, now: Date): string {
  const instant = (period: string, sign: 1 | -1): string | undefined => {
    const days = DAYS[period as keyof typeof DAYS];
    return days && new Date(now.getTime() + sign * days * 86_400_000).toISOString();
  };
  const isIdle = used === 'idle' || used === 'unused';
  return queryOf({
    q,
    status: status === 'any' ? undefined : STATES.includes(status) ? status : 'live',
    audience: service,
    createdSince: instant(created, -1),
    expiresBefore: ends === 'never' ? undefined : instant(ends, 1),
    neverExpires: ends === 'never' ? 'true' : undefined,
    unusedSince: isIdle ? instant(used, -1) : undefined,
    usedSince: isIdle ? undefined : instant(used, -1),
    sort: SORTS.find((known) => known === sort) ?? 'expires',
    limit: 25,
  });
}
