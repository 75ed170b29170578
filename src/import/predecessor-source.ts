import { existsSync, readFileSync, statSync } from 'node:fs';
import initSqlJs from 'sql.js';
import type { Database } from 'sql.js';
import type { PostgresServer } from '../config/config.js';
import { readDatabaseUrl } from '../config/values.js';
import { clientOptions, DatabaseClient } from '../database/database-client.js';
import type { PredecessorRow } from './convert-row.js';

export interface PredecessorData {
  readonly rows: PredecessorRow[];
  /** Where they came from, without user and password. */
  readonly place: string;
  /** The time zone that a PostgreSQL server gives its sessions; undefined for SQLite. */
  readonly serverTimezone: string | undefined;
}

/** The source can't be read; nothing was changed anywhere. The message says what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

const COLUMNS = [
  'api_key',
  'name',
  'user_id',
  'user_login',
  'user_active',
  'is_active',
  'never_expire',
  'expiration_date',
  'latest_query_date',
  'total_queries',
  'latest_sync_date',
  'iam_roles',
  'config',
  'allowed_referers',
] as const;

/** Dates through to_json: ISO 8601 whatever the server's DateStyle, with the offset where the column has one. */
export const POSTGRESQL_COLUMNS = COLUMNS.map((column) => {
  if (column.endsWith('_date')) return `to_json(t.${column}) #>> '{}' AS ${column}`;
  const json = ['iam_roles', 'config', 'allowed_referers'].includes(column);
  return json ? `t.${column}::text AS ${column}` : `t.${column}`;
}).join(', ');

/** Reads all of api_tokens; the source is left as it is. @throws SourceError */
export async function readPredecessor(from: string): Promise<PredecessorData> {
  const file = /^sqlite(?:\+\w+)?:(.+)$/s.exec(from)?.[1];
  if (file) return readSqlite(sqlitePath(file));
  if (existsSync(from)) return readSqlite(from);
  const place = readDatabaseUrl(from);
  if (place?.kind === 'postgresql') return readPostgresql(place.server);
  throw new SourceError(
    'The source must be sqlite:FILE or postgresql://user:password@host/database, as in the old APIKM_DATABASE_URL, or an existing file.',
  );
}

/** A plain path, or SQLAlchemy's URL: three slashes and a relative path, four and an absolute one. */
function sqlitePath(text: string): string {
  if (!text.startsWith('///')) return text;
  const path = text.slice(3).split('?')[0]!;
  return !existsSync(path) && existsSync(`/${path}`) ? `/${path}` : path;
}

async function readSqlite(path: string): Promise<PredecessorData> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new SourceError(`There is no file ${path} to import from.`);
  const bytes = readAtRest(path);
  const SQL = await initSqlJs();
  const database = new SQL.Database(bytes);
  try {
    return { rows: selectRows(database, path), place: `sqlite:${path}`, serverTimezone: undefined };
  } finally {
    database.close();
  }
}

/** The file is read by itself, so what SQLite keeps beside it while somebody writes would be missed. */
function readAtRest(path: string): Uint8Array {
  const before = statSync(path);
  refuseUnfinished(path);
  const bytes = readAll(path);
  refuseUnfinished(path);
  const after = statSync(path);
  if (after.mtimeMs !== before.mtimeMs || after.size !== before.size) throw new SourceError(writing(path));
  return bytes;
}

function readAll(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EACCES' ? 'the user of this program may not read it' : message;
    throw new SourceError(`${path}: ${reason}.`, { cause: error });
  }
}

const writing = (path: string): string =>
  `The old program is writing to ${path}. Stop the old program, or try again in a moment.`;

function refuseUnfinished(path: string): void {
  const unfinished = [`${path}-wal`, `${path}-journal`].find(holdsChanges);
  if (!unfinished) return;
  throw new SourceError(
    `${writing(path)} (${unfinished} holds changes that are not in it yet; if that file stays, run: sqlite3 ${path} 'PRAGMA wal_checkpoint(TRUNCATE); SELECT count(*) FROM api_tokens')`,
  );
}

/** A journal that is kept when it is done begins with zeros. */
function holdsChanges(beside: string): boolean {
  try {
    return (readFileSync(beside)[0] ?? 0) !== 0;
  } catch {
    return false;
  }
}

function selectRows(database: Database, path: string): PredecessorRow[] {
  try {
    const statement = database.prepare(`SELECT ${COLUMNS.join(', ')} FROM api_tokens ORDER BY api_key`);
    const rows: PredecessorRow[] = [];
    while (statement.step()) rows.push(statement.getAsObject() as unknown as PredecessorRow);
    return rows;
  } catch (error) {
    throw new SourceError(`${path}: ${sqliteReason(String((error as Error).message))}`, { cause: error });
  }
}

function sqliteReason(message: string): string {
  if (message.includes('malformed'))
    return 'it is damaged, or was copied while the old program wrote to it. Stop the old program and try again.';
  if (message.startsWith('no such table'))
    return 'it has no table api_tokens, so it is not a database of the predecessor.';
  if (message.startsWith('file is not a database')) return 'it is not an SQLite database.';
  if (message.startsWith('no such column')) return lacksColumn(message);
  return `${message}.`;
}

const lacksColumn = (message: string): string =>
  `its table api_tokens is of another version of the predecessor (${message.replace(/\.$/, '')}). Add the column to a copy, empty.`;

/** @throws SourceError */
export async function readPostgresql(server: PostgresServer): Promise<PredecessorData> {
  const client = new DatabaseClient({
    ...clientOptions(server, 10_000),
    application_name: 'import-keys',
    // The time zone that the old program's sessions had is told to the operator.
    startup: {},
  });
  // A connection that breaks while no query runs is reported here, and again by the next query.
  client.on('error', () => undefined);
  const place = `postgresql://${client.host}:${client.port}/${client.database ?? ''}`;
  try {
    await client.connect();
    await client.query('BEGIN READ ONLY');
    const zone = await client.query<{ TimeZone: string }>('SHOW timezone');
    const { rows } = await client.query<PredecessorRow>(
      `SELECT ${POSTGRESQL_COLUMNS} FROM api_tokens t ORDER BY t.api_key`,
    );
    return { rows, place, serverTimezone: zone.rows[0]!.TimeZone };
  } catch (error) {
    throw new SourceError(`${place}: ${postgresqlReason(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function postgresqlReason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '42P01') return 'it has no table api_tokens, so it is not a database of the predecessor.';
  if (code === '42703') return lacksColumn(message!);
  // Several addresses tried in vain make an error without a message.
  return `${message || code || 'no connection'}.`;
}
