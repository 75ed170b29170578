import type { DataSource } from 'typeorm';
import { convertRow } from './convert-row.js';
import type { PredecessorRow } from './convert-row.js';
import { POSTGRESQL_COLUMNS } from './predecessor-source.js';
import type { PredecessorData } from './predecessor-source.js';

/** The predecessor's table in our own database. */
export async function readOwnTokens(dataSource: DataSource): Promise<PredecessorData> {
  const [zone] = await dataSource.query<{ TimeZone: string }[]>('SHOW timezone');
  const rows = await select(dataSource, 'TRUE');
  return { rows, place: 'our own database', serverTimezone: zone!.TimeZone };
}

/** How many of its rows could be imported and never were. */
export async function findUnimported(dataSource: DataSource, now: Date): Promise<number> {
  const missing = await select(
    dataSource,
    `t.api_key ~ '^[0-9a-f]{64}$' AND NOT EXISTS
       (SELECT FROM api_keys k WHERE encode(k.digest, 'hex') = t.api_key)`,
  );
  // Rows that no import can take must not stop every start; the time zone plays no part in that.
  const options = { sourceTimezone: 'UTC', defaultTtlHours: 0 };
  return missing.filter((row) => !('reason' in convertRow(row, options, now))).length;
}

/** Whether there is such a table. */
export async function hasOwnTokens(dataSource: DataSource): Promise<boolean> {
  const sql = `SELECT to_regclass('api_tokens') IS NOT NULL AS found`;
  const [answer] = await dataSource.query<{ found: boolean }[]>(sql);
  return answer!.found;
}

const select = (dataSource: DataSource, condition: string): Promise<PredecessorRow[]> =>
  dataSource.query<PredecessorRow[]>(
    `SELECT ${POSTGRESQL_COLUMNS} FROM api_tokens t WHERE ${condition} ORDER BY t.api_key`,
  );
