import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { CONNECT_TIMEOUT_MS, dataSourceOptions, STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import type { Entities } from './data-source-options.js';
import { EmbeddedDatabase } from './embedded-database.js';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 2000;
/** Of the schema, and of keys taken from the predecessor; any number, the same in every replica. */
export const MIGRATION_LOCK = 4_270_001;
/** SQLSTATEs of a wrong user, a wrong password, a missing database: waiting doesn't mend them. */
const HOPELESS = /^(?:28...|3D000)$/;

export interface OpenedDatabase {
  readonly source: DataSource;
  /** Set when the engine runs in this process. */
  readonly embedded: EmbeddedDatabase | undefined;
}

/**
 * Opens the database and brings its schema up to date (unless the settings say otherwise). An unreachable
 * PostgreSQL is tried for a minute, with one line a try. Statements end after `statementTimeoutMs` (0: never),
 * those of migrations never. @throws Error when it can't be used.
 */
export async function openDatabase(
  config: DatabaseConfig,
  entities: Entities,
  log: (line: string) => void = () => {},
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): Promise<OpenedDatabase> {
  const embedded = config.kind === 'embedded' ? await EmbeddedDatabase.open(config.folder) : undefined;
  const source = new DataSource(dataSourceOptions(config, entities, embedded, statementTimeoutMs));
  try {
    await connect(source, embedded ? 0 : PATIENCE_MS, log);
    if (config.migrateOnStart) await migrate(source, config, entities);
  } catch (error) {
    await close({ source, embedded });
    throw error;
  }
  return { source, embedded };
}

/** Runs `work` on the same database without time limits, past a pooler. */
export async function withoutTimeLimits<T>(
  source: DataSource,
  config: DatabaseConfig,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  if (config.kind === 'embedded') return work(source);
  const direct = { ...config, url: config.directUrl };
  const options = dataSourceOptions(direct, source.options.entities as Entities, undefined, 0);
  const unlimited = await new DataSource(options).initialize();
  try {
    return await work(unlimited);
  } finally {
    await unlimited.destroy();
  }
}

const close = ({ source, embedded }: OpenedDatabase): Promise<void> | undefined =>
  source.isInitialized ? source.destroy() : embedded?.close();

async function connect(source: DataSource, patienceMs: number, log: (line: string) => void): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const error: unknown = await source.initialize().then(
      () => undefined,
      (problem: unknown) => problem,
    );
    if (error === undefined) return;
    if (performance.now() + PAUSE_MS > giveUpAt || HOPELESS.test(reason(error))) throw notOpened(error);
    log(`The database is not reachable yet (${reason(error)}); trying again.`);
    await pause(PAUSE_MS);
  }
}

const notOpened = (cause: unknown): Error =>
  new Error(`The database of APIKM_DATABASE_URL could not be opened (${reason(cause)}).`, { cause });

/** A code only: the message may name the user. */
const reason = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).name;

/** One replica at a time; on the embedded database the folder's lock already says so. */
async function migrate(source: DataSource, config: DatabaseConfig, entities: Entities): Promise<void> {
  if (config.kind === 'embedded') {
    await source.runMigrations();
    return;
  }
  const direct = { ...config, url: config.directUrl };
  const lock = new pg.Client({
    connectionString: direct.url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A lost connection fails the migration's own statements as well; unheard, this event would end the process.
  lock.on('error', () => {});
  const migrating = new DataSource(dataSourceOptions(direct, entities, undefined, 0));
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrating.initialize();
    await migrating.runMigrations();
  } finally {
    if (migrating.isInitialized) await migrating.destroy();
    await lock.end();
  }
}
