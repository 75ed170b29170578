import { setTimeout as pause } from 'node:timers/promises';

/** Ends what hangs, on the slowest machine: what has to be in time is timed where it is waited for. */
const PATIENCE_MS = 60_000;

/** Waits until it holds. @throws Error after a minute */
export async function waitFor(holds: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error('it did not come to hold within 60 s');
    await pause(50);
  }
}
