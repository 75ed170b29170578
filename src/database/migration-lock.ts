import { setTimeout as pause } from 'node:timers/promises';

/** Of the schema, and of keys taken from the predecessor; any number, the same in every replica. */
export const MIGRATION_LOCK = 4_270_001;
const AGAIN_MS = 200;

/**
 * Asks for the lock until it is there. A statement that waited for it would hold a snapshot all the while, and an index that
 * is made CONCURRENTLY by whoever has the lock waits for every snapshot: neither would ever end.
 * @param attempt runs pg_try_advisory_lock, or the transaction's, AS taken
 */
export async function untilLocked(attempt: () => Promise<{ taken: boolean }[]>): Promise<void> {
  while (!(await attempt())[0]!.taken) await pause(AGAIN_MS);
}
