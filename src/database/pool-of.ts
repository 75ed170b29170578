import pg from 'pg';
import type { DataSource } from 'typeorm';

/** The pool beneath the ORM, for a library that writes its own SQL. */
export const poolOf = (source: DataSource): pg.Pool =>
  (source.driver as unknown as { master: pg.Pool }).master;

export interface PoolSizes {
  readonly open: number;
  readonly idle: number;
  readonly most: number;
  /** Statements that wait for a connection. */
  readonly waiting: number;
}

const NO_POOL: PoolSizes = { open: 0, idle: 0, most: 0, waiting: 0 };

/** @param pool undefined, or the embedded engine in the place of one: there are no connections */
export function sizesOf(pool: pg.Pool | undefined): PoolSizes {
  if (!(pool instanceof pg.Pool)) return NO_POOL;
  const { totalCount: open, idleCount: idle, options, waitingCount: waiting } = pool;
  return { open, idle, most: options.max, waiting };
}
