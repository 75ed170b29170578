import { useMemo } from 'preact/hooks';
import { useKeyChanges } from '../../api/key-changes.js';
import { usePages } from '../../api/pages.js';
import type { Pages } from '../../api/pages.js';
import type { KeyList, KeyRecord } from '../../api/types.js';
import { filtersIn, listQuery } from './filters.js';

export type Keys = Pages<KeyRecord, KeyList>;

/** One's keys page by page. @param query of the address */
export function useKeys(query: string): Keys {
  const filters = JSON.stringify(filtersIn(query));
  const path = useMemo(() => `v1/keys${listQuery(filtersIn(query), new Date())}`, [filters]);
  const keys = usePages<KeyRecord, KeyList>(path);
  useKeyChanges(keys.reload);
  return keys;
}
