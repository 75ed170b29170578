import { constants } from 'node:os';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
const end = (): never => process.exit(0);

/**
 * A signal that comes before the program knows what to bring to an end ends it at once. Process 1 of a container would
 * otherwise not notice it, go on starting, and be killed when the time to end is over.
 */
export function endEarly(): void {
  for (const signal of SIGNALS) process.once(signal, end);
}

/** From here on whoever calls ends the program. @returns the signals that ask for it */
export function endInOrder(): NodeJS.Signals[] {
  for (const signal of SIGNALS) process.off(signal, end);
  return [...SIGNALS];
}

/** A command that is told to end is not done; process 1 of a container hears it only if it listens. */
export function endUndone(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
