import type { EntityManager } from 'typeorm';
import { lockTable } from '../database/migrations/statements.js';

/** A table that is partitioned by months; what has no partition of its own month waits in `…_rest`. */
export interface ByMonth {
  readonly table: 'usage_hours' | 'usage_days';
  readonly column: 'hour' | 'day';
}

export const HOURS: ByMonth = { table: 'usage_hours', column: 'hour' };
export const DAYS: ByMonth = { table: 'usage_days', column: 'day' };

/** A partition with all of one month in UTC. */
export interface Month {
  readonly name: string;
  readonly begin: Date;
  readonly end: Date;
}

/** False where an operator handed the table over to an extension that parts it in its own way. */
export async function isByMonth(manager: EntityManager, { table }: ByMonth): Promise<boolean> {
  const [row] = await manager.query<{ kind: string }[]>(
    'SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass($1)',
    [table],
  );
  return row?.kind === 'p';
}

export async function monthsOf(manager: EntityManager, { table }: ByMonth): Promise<Month[]> {
  const rows = await manager.query<{ name: string }[]>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) ORDER BY 1`,
    [table],
  );
  return rows.flatMap(({ name }) => {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
    return year === undefined ? [] : [{ ...monthAt(new Date(`${year}-${month}-01T00:00:00Z`)), name }];
  });
}

/** Makes the partitions of these months that are missing, with what waits for them. */
export async function makeMonths(
  manager: EntityManager,
  parted: ByMonth,
  instants: readonly Date[],
): Promise<void> {
  const { table, column } = parted;
  const waiting = await manager.query<{ month: Date }[]>(
    `SELECT DISTINCT date_trunc('month', ${column}, 'UTC') AS month FROM ${restOf(parted)}`,
  );
  const there = new Set((await monthsOf(manager, parted)).map(({ name }) => name));
  for (const instant of [...instants, ...waiting.map(({ month }) => month)]) {
    const { begin, end } = monthAt(instant);
    const name = `${table}_${begin.toISOString().slice(0, 7).replace('-', '_')}`;
    if (there.has(name)) continue;
    there.add(name);
    const [from, to] = [`'${begin.toISOString()}'`, `'${end.toISOString()}'`];
    await manager.transaction(async (tx) => {
      await tx.query(lockTable(table));
      await tx.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`);
      await tx.query(`WITH waiting AS (
        DELETE FROM ${restOf(parted)} WHERE ${column} >= ${from} AND ${column} < ${to} RETURNING *)
        INSERT INTO ${name} SELECT * FROM waiting`);
      await tx.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
    });
  }
}

/** Drops a partition. @param before what is to be done with its rows in the same transaction; nobody adds any meanwhile */
export async function dropMonth(
  manager: EntityManager,
  { table }: ByMonth,
  { name }: Month,
  before: (tx: EntityManager) => Promise<unknown> = async () => {},
): Promise<void> {
  await manager.transaction(async (tx) => {
    await tx.query(`LOCK TABLE ${name} IN SHARE ROW EXCLUSIVE MODE`);
    await before(tx);
    await tx.query(lockTable(table));
    await tx.query(`DROP TABLE ${name}`);
  });
}

export const restOf = ({ table }: ByMonth): string => `${table}_rest`;

export function monthAt(instant: Date, further = 0): Omit<Month, 'name'> {
  const beginOf = (more: number) =>
    new Date(Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth() + more));
  return { begin: beginOf(further), end: beginOf(further + 1) };
}
