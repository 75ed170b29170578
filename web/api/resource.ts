import { useCallback, useEffect, useState } from 'preact/hooks';
import { call, Problem } from './call.js';

export interface Resource<T> {
  /** The last that came; stays while another is on its way. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Reads from the API, and anew when the path changes. @param path undefined: nothing is read */
export function useResource<T>(path: string | undefined): Resource<T> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{ path: string; round: number; data?: T; problem?: Problem }>();
  useEffect(() => {
    if (path === undefined) return;
    const abort = new AbortController();
    call<T>(path, { signal: abort.signal }).then(
      (data) => setAnswer({ path, round, data }),
      (problem: unknown) => {
        if (abort.signal.aborted) return;
        setAnswer({ path, round, problem: problem instanceof Problem ? problem : unexpected(problem) });
      },
    );
    return () => abort.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const isLoading = path !== undefined && (answer?.path !== path || answer.round !== round);
  return { data: answer?.data, problem: isLoading ? undefined : answer?.problem, isLoading, reload };
}

const unexpected = (error: unknown): Problem => new Problem(0, 'UNEXPECTED', String(error));
