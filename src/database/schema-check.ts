import type { DataSource } from 'typeorm';

const UP_TO_DATE =
  'Run `npm run migrate` (in the image: node dist/migrate.js), or leave APIKM_MIGRATE_ON_START at true.';

/** Empty rather than an error where there is no such table. */
const APPLIED = `SELECT to_regclass('migrations') IS NOT NULL AS "isThere"`;
/** NULL and defaults are no obstacle to rows that know nothing of a column. */
const COLUMNS = `
  SELECT t.name AS "table", a.attname AS "column", a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS "mustBeGiven"
  FROM unnest($1::text[]) AS t (name) JOIN pg_attribute a ON a.attrelid = to_regclass(t.name)
  WHERE a.attnum > 0 AND NOT a.attisdropped`;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly mustBeGiven: boolean;
}

/** Names of migrations that this program has and the database has not. */
export async function pendingMigrations(source: DataSource): Promise<string[]> {
  const applied = new Set(await appliedMigrations(source));
  return ownMigrations(source).filter((name) => !applied.has(name));
}

/**
 * Whether this program can work with the schema as it is. One that a later version has made is told of, and is taken as
 * long as everything that is read and written here is there. @throws Error with what to do
 */
export async function expectSchema(source: DataSource, log: (line: string) => void): Promise<void> {
  const pending = await pendingMigrations(source);
  if (pending.length)
    throw new Error(`The schema lacks ${pending.length} migrations, from ${pending[0]} on. ${UP_TO_DATE}`);
  const own = new Set(ownMigrations(source));
  const later = (await appliedMigrations(source)).filter((name) => !own.has(name));
  if (!later.length) return;
  const is = `The schema was made by a later version of this program (${later.at(-1)}; this one knows up to ${[...own].at(-1)})`;
  const misfit = await findMisfit(source);
  if (misfit)
    throw new Error(`${is}, and ${misfit}. Start that version, or restore the database from before it.`);
  log(`${is}. Everything that this version needs is there, so it starts.`);
}

const ownMigrations = (source: DataSource): string[] =>
  source.migrations.map((migration) => migration.name ?? migration.constructor.name);

async function appliedMigrations(source: DataSource): Promise<string[]> {
  const [found] = await source.query<{ isThere: boolean }[]>(APPLIED);
  if (!found!.isThere) return [];
  const rows = await source.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY timestamp, id');
  return rows.map(({ name }) => name);
}

/** What keeps our entities from being read and written. */
async function findMisfit(source: DataSource): Promise<string | undefined> {
  const tables = source.entityMetadatas.map(({ tableName }) => tableName);
  const columns = await source.query<Column[]>(COLUMNS, [tables]);
  for (const { tableName, columns: own } of source.entityMetadatas) {
    const there = columns.filter(({ table }) => table === tableName);
    const names = new Set(own.map(({ databaseName }) => databaseName));
    const missing = [...names].find((name) => !there.some(({ column }) => column === name));
    if (missing !== undefined) return `it has no ${tableName}.${missing}`;
    const unknown = there.find(({ column, mustBeGiven }) => mustBeGiven && !names.has(column));
    if (unknown) return `it requires a value for ${tableName}.${unknown.column}, which this one doesn't know`;
  }
  return undefined;
}
