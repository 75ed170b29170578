import type pg from 'pg';
import { expect } from 'vitest';
import { add, total } from './counted-load.js';
import type { CountedLoad, Counts } from './counted-load.js';

interface Row {
  readonly place: 'hours' | 'totals' | 'all';
  readonly key_id: string;
  readonly code: string;
  readonly count: number;
}

/** One statement, so that all of it is of one instant. */
const READ = `
  SELECT 'hours' AS place, key_id, code, sum(count)::float8 AS count FROM usage_hours GROUP BY key_id, code
  UNION ALL SELECT 'totals', key_id, 'VALID', accepted FROM usage_totals
  UNION ALL SELECT 'totals', key_id, 'REFUSED', refused FROM usage_totals
  UNION ALL SELECT 'all', '', code, sum(count) FROM usage_of_all GROUP BY code`;

/** What the database has, by key and code. @throws AssertionError when its three tables don't agree */
export async function writtenCounts(database: pg.Pool): Promise<Counts> {
  const { rows } = await database.query<Row>(READ);
  const sums = (place: Row['place'], name: (row: Row) => string): Counts => {
    const counts: Counts = new Map();
    for (const row of rows) if (row.place === place && row.count > 0) add(counts, name(row), row.count);
    return counts;
  };
  const byOutcome = ({ key_id: id, code }: Row) => `${id} ${code === 'VALID' ? code : 'REFUSED'}`;
  expect(sums('totals', byOutcome)).toEqual(sums('hours', byOutcome));
  expect(sums('all', ({ code }) => code)).toEqual(sums('hours', ({ code }) => code));
  return sums('hours', ({ key_id: id, code }) => `${id} ${code}`);
}

/** How many of its answers are not in the database. @throws AssertionError when one is there that nobody asked for */
export async function lostOf(load: CountedLoad, database: pg.Pool): Promise<number> {
  const written = await writtenCounts(database);
  const asked: Counts = new Map(load.answered);
  for (const [name, count] of load.unanswered) add(asked, name, count);
  const tooMany = [...written].filter(([name, count]) => count > (asked.get(name) ?? 0));
  expect(tooMany).toEqual([]);
  const lost: Counts = new Map();
  for (const [name, count] of load.answered) add(lost, name, Math.max(0, count - (written.get(name) ?? 0)));
  return total(lost);
}
