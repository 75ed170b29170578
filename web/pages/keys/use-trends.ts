import { useResource } from '../../api/resource.js';
import type { KeyRecord } from '../../api/types.js';

export interface Trend {
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
}

interface UsageOfKeys {
  readonly keys: readonly {
    readonly keyId: string;
    readonly series: readonly { readonly accepted: number; readonly refused: number }[];
  }[];
}

const MOST = 100;

/** The uses of each key by day, for as many as are asked about at once. */
export function useTrends(keys: readonly KeyRecord[]): ReadonlyMap<string, Trend> {
  const ids = keys.slice(0, MOST).map(({ id }) => id);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const query = new URLSearchParams({ keyId: ids.join(','), step: 'day', tz: zone });
  const { data } = useResource<UsageOfKeys>(ids.length ? `v1/usage?${query.toString()}` : undefined);
  return new Map(
    (data?.keys ?? []).map(({ keyId, series }) => [
      keyId,
      { accepted: series.map(({ accepted }) => accepted), refused: series.map(({ refused }) => refused) },
    ]),
  );
}
