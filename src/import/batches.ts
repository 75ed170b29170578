import type { Transaction } from '../changes/changes.js';

/** Rows of one statement. */
export const BATCH = 500;

/** Runs a statement with the rows as one JSON text and the time of the import; gives what it returned. */
export type Run = <T>(statement: string, rows: readonly object[]) => Promise<T[]>;

export function inBatches(tx: Transaction, now: Date): Run {
  return async <T>(statement: string, rows: readonly object[]) => {
    const returned: T[] = [];
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = JSON.stringify(rows.slice(start, start + BATCH));
      const result = await tx.manager.queryRunner!.query(statement, [batch, now.toISOString()], true);
      returned.push(...(result.records as T[]));
    }
    return returned;
  };
}
