import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntityTarget, ObjectLiteral } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { EmbeddedDatabase } from './embedded-database.js';
import { CreateSchema1764000000000 } from './migrations/1764000000000-create-schema.js';

const RETRY_MS = 2000;
const TRIES = 30;
/** Any number, the same in every replica. */
const MIGRATION_LOCK = 4_270_001;

export type Entities = readonly EntityTarget<ObjectLiteral>[];

export interface OpenedDatabase {
  readonly source: DataSource;
  /** Set when the engine runs in this process. */
  readonly embedded: EmbeddedDatabase | undefined;
}

/**
 * Opens the database and brings its schema up to date (unless the settings say otherwise). An unreachable
 * PostgreSQL is tried for a minute, with one line a try. @throws Error when it can't be used.
 */
export async function openDatabase(
  config: DatabaseConfig,
  entities: Entities,
  log: (line: string) => void = () => {},
): Promise<OpenedDatabase> {
  const embedded = config.kind === 'embedded' ? await EmbeddedDatabase.open(config.folder) : undefined;
  const source = new DataSource(sourceOptions(config, entities, embedded));
  try {
    await connect(source, embedded ? 1 : TRIES, log);
    if (config.migrateOnStart) await migrate(source, config);
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    else await embedded?.close();
    throw error;
  }
  return { source, embedded };
}

export function sourceOptions(
  config: DatabaseConfig,
  entities: Entities,
  embedded?: EmbeddedDatabase,
): DataSourceOptions {
  const common = {
    type: 'postgres' as const,
    entities: [...entities] as never[],
    migrations: [CreateSchema1764000000000],
    installExtensions: false,
  };
  if (config.kind === 'embedded') return { ...common, driver: embedded?.driver };
  return {
    ...common,
    url: config.url,
    poolSize: 10,
    connectTimeoutMS: 2000,
    extra: { query_timeout: 10_000 },
  };
}

async function connect(source: DataSource, tries: number, log: (line: string) => void): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      await source.initialize();
      return;
    } catch (error) {
      if (left <= 0)
        throw new Error('The database of APIKM_DATABASE_URL could not be reached.', { cause: error });
      log(`The database is not reachable yet (${reason(error)}); trying again.`);
      await pause(RETRY_MS);
    }
  }
}

const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).name;

/** One replica at a time; on the embedded database the folder's lock already says so. */
async function migrate(source: DataSource, config: DatabaseConfig): Promise<void> {
  if (config.kind === 'embedded') {
    await source.runMigrations();
    return;
  }
  const client = new pg.Client({ connectionString: config.directUrl, connectionTimeoutMillis: 2000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.runMigrations();
  } finally {
    await client.end();
  }
}
