import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { useResource } from '../../api/resource.js';
import type { KeyList, KeyRecord } from '../../api/types.js';
import { filtersIn, listQuery } from './filters.js';

export interface Keys {
  /** The first page; of the filters before while others are on their way. */
  readonly first: KeyList | undefined;
  readonly items: readonly KeyRecord[];
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  /** undefined: these are all. */
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

/** One's keys page by page. @param query of the address */
export function useKeys(query: string): Keys {
  const path = useMemo(() => `v1/keys${listQuery(filtersIn(query), new Date())}`, [query]);
  const { data: first, isLoading, problem, reload } = useResource<KeyList>(path);
  const [later, setLater] = useState<readonly KeyList[]>([]);
  const [failed, setFailed] = useState<Problem>();
  const [isAdding, setAdding] = useState(false);
  useEffect(() => {
    setLater([]);
    setFailed(undefined);
  }, [first]);
  const cursor = (later.at(-1) ?? first)?.nextCursor;
  const more = async (): Promise<void> => {
    setAdding(true);
    setFailed(undefined);
    try {
      const page = await call<KeyList>(`${path}&cursor=${encodeURIComponent(cursor!)}`);
      setLater((before) => [...before, page]);
    } catch (error) {
      setFailed(error as Problem);
    } finally {
      setAdding(false);
    }
  };
  return {
    first,
    items: [first, ...later].flatMap((page) => page?.items ?? []),
    problem: problem ?? failed,
    isLoading: isLoading || isAdding,
    more: cursor ? () => void more() : undefined,
    reload,
  };
}
