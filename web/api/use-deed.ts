import { useState } from 'preact/hooks';
import type { Problem } from './call.js';

export interface Deed {
  /** For a button or a form. */
  readonly act: (event?: Event) => void;
  readonly isBusy: boolean;
  /** Why it was not done. */
  readonly problem: Problem | undefined;
}

/** What the press of a button does, once at a time; what went wrong stays to be read. @param work ends by leaving where the button is */
export function useDeed(work: () => Promise<void>): Deed {
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const act = (event?: Event): void => {
    event?.preventDefault();
    setBusy(true);
    setProblem(undefined);
    work().catch((error: unknown) => {
      setProblem(error as Problem);
      setBusy(false);
    });
  };
  return { act, isBusy, problem };
}
