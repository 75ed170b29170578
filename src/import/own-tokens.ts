import type { DataSource } from 'typeorm';
import { convertRow } from './convert-row.js';
import type { PredecessorRow } from './convert-row.js';
import { POSTGRESQL_COLUMNS } from './predecessor-source.js';

/** The rows of the predecessor's table in our own database; none when there is no such table. */
export async function readOwnTokens(dataSource: DataSource): Promise<PredecessorRow[]> {
  return (await hasTokens(dataSource)) ? select(dataSource, 'TRUE') : [];
}

/** How many rows of an api_tokens table in our own database could be imported and never were. */
export async function findUnimported(dataSource: DataSource, now: Date): Promise<number> {
  if (!(await hasTokens(dataSource))) return 0;
  const missing = await select(
    dataSource,
    `t.api_key ~ '^[0-9a-f]{64}$' AND NOT EXISTS
       (SELECT FROM api_keys k WHERE encode(k.digest, 'hex') = t.api_key)`,
  );
  // Rows that no import can take must not stop every start; the time zone plays no part in that.
  const options = { sourceTimezone: 'UTC', defaultTtlHours: 0 };
  return missing.filter((row) => !('reason' in convertRow(row, options, now))).length;
}

async function hasTokens(dataSource: DataSource): Promise<boolean> {
  const sql = `SELECT to_regclass('api_tokens') IS NOT NULL AS found`;
  const [answer] = await dataSource.query<{ found: boolean }[]>(sql);
  return answer!.found;
}

const select = (dataSource: DataSource, condition: string): Promise<PredecessorRow[]> =>
  dataSource.query<PredecessorRow[]>(
    `SELECT ${POSTGRESQL_COLUMNS} FROM api_tokens t WHERE ${condition} ORDER BY t.api_key`,
  );
