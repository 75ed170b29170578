import { useEffect, useState } from 'preact/hooks';
import type { Problem } from './call.js';
import { call } from './call.js';
import { useResource } from './resource.js';

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface Pages<Item, Page> {
  /** What the first page tells of all. */
  readonly first: Page | undefined;
  readonly items: readonly Item[];
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  /** undefined: these are all. */
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

/** A list of the API, page by page. @param path with its query */
export function usePages<Item, Page extends PageOf<Item> = PageOf<Item>>(path: string): Pages<Item, Page> {
  const { data: first, isLoading, problem, reload } = useResource<Page>(path);
  const [later, setLater] = useState<readonly Page[]>([]);
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
      const sign = path.includes('?') ? '&' : '?';
      const page = await call<Page>(`${path}${sign}cursor=${encodeURIComponent(cursor!)}`);
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
