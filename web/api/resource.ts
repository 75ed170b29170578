import { useCallback, useEffect, useState } from 'preact/hooks';
import { call, Problem } from './call.js';

export interface Resource<T> {
  /** The last that came; stays while another is on its way, and when that of the same path fails. */
  readonly data: T | undefined;
  /** Why the last was not read; with data it is a notice beside it, until an answer comes. */
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface Answer<T> {
  readonly path: string;
  readonly round: number;
  readonly data?: T;
  readonly problem?: Problem;
}

/** Reads from the API, and anew when the path changes. @param path undefined: nothing is read */
export function useResource<T>(path: string | undefined): Resource<T> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<Answer<T>>();
  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    call<T>(path, { signal: abort.signal }).then(
      (data) => setAnswer({ path, round, data }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = error instanceof Problem ? error : unexpected(error);
        setAnswer((before) => ({ path, round, problem, data: keptBy(problem, path, before) }));
      },
    );
    return () => abort.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const { data, problem, ...of }: Partial<Answer<T>> = answer ?? {};
  const isLoading = path !== undefined && (of.path !== path || of.round !== round);
  // A notice that went with each attempt would flicker where a page polls.
  const isToldOn = !isLoading || (of.path === path && data !== undefined);
  return { data, problem: isToldOn ? problem : undefined, isLoading, reload };
}

/** What stays of the answer before: nothing that is gone, or may not be seen any more. */
function keptBy<T>({ status }: Problem, path: string, before: Answer<T> | undefined): T | undefined {
  return before?.path === path && status !== 403 && status !== 404 ? before.data : undefined;
}

const unexpected = (error: unknown): Problem => new Problem(0, 'UNEXPECTED', String(error));
