import { useState } from 'preact/hooks';
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
  /** Of the list; what was read before may still be there. */
  readonly problem: Problem | undefined;
  /** Of a further page, which `more` asks for again. */
  readonly moreProblem: Problem | undefined;
  readonly isLoading: boolean;
  /** undefined: these are all. */
  readonly more: (() => void) | undefined;
  readonly reload: () => void;
}

interface Later<Page> {
  /** The page that they follow: with another in its place they are of another list, or of the same as it was. */
  readonly of: Page | undefined;
  readonly pages: readonly Page[];
  readonly isAdding: boolean;
  readonly problem?: Problem;
}

/** A list of the API, page by page. @param path with its query */
export function usePages<Item, Page extends PageOf<Item> = PageOf<Item>>(path: string): Pages<Item, Page> {
  const { data: first, isLoading, problem, reload } = useResource<Page>(path);
  const [kept, setLater] = useState<Later<Page>>();
  const later: Later<Page> = kept?.of === first && kept ? kept : { of: first, pages: [], isAdding: false };
  const cursor = (later.pages.at(-1) ?? first)?.nextCursor;
  const more = async (): Promise<void> => {
    // The cursor is of the list before.
    if (isLoading) return;
    const { of, pages } = later;
    const set = (now: Partial<Later<Page>>): void =>
      setLater((before) => (before?.of === of ? { of, pages, isAdding: false, ...now } : before));
    setLater({ of, pages, isAdding: true });
    const sign = path.includes('?') ? '&' : '?';
    await call<Page>(`${path}${sign}cursor=${encodeURIComponent(cursor!)}`).then(
      (page) => set({ pages: [...pages, page] }),
      (failed: Problem) => set({ problem: failed }),
    );
  };
  return {
    first,
    items: [first, ...later.pages].flatMap((page) => page?.items ?? []),
    problem,
    moreProblem: later.problem,
    isLoading: isLoading || later.isAdding,
    more: cursor ? () => void more() : undefined,
    reload,
  };
}
