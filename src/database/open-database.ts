import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { DatabaseConfig, PostgresConfig } from '../config/config.js';
import { dataSourceOptions, STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import type { Entities } from './data-source-options.js';
import type { EmbeddedDatabase } from './embedded-database.js';
import type { LogLine } from './log-line.js';
import { migrate } from './migrate.js';
import { explainProblem, isHopeless } from './problems.js';
import { expectSchema, pendingMigrations } from './schema-check.js';
import { expectSession } from './session-check.js';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 2000;

export interface OpenedDatabase {
  readonly source: DataSource;
  /** Set when the engine runs in this process. */
  readonly embedded: EmbeddedDatabase | undefined;
}

/**
 * Opens the database and brings its schema up to date (unless the settings say otherwise). An unreachable
 * PostgreSQL is tried for a minute, with one line a try. Statements end after `statementTimeoutMs` (0: never),
 * those of migrations never. @throws Error with what to do when it can't be used.
 */
export async function openDatabase(
  config: DatabaseConfig,
  entities: Entities,
  log: LogLine = () => {},
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): Promise<OpenedDatabase> {
  const embedded = config.kind === 'embedded' ? await openEmbedded(config.folder) : undefined;
  const source = new DataSource(dataSourceOptions(config, entities, embedded, statementTimeoutMs));
  try {
    await connect(source, embedded ? 0 : PATIENCE_MS, log);
    if (config.kind === 'postgresql') await prepare(source, config, entities, log);
    else if (config.migrateOnStart) await source.runMigrations();
    await expectSchema(source, log);
  } catch (error) {
    await close({ source, embedded });
    throw error;
  }
  return { source, embedded };
}

/** Names of the migrations that a start would apply. Changes nothing. @throws Error when the database can't be asked */
export async function pendingOf(config: PostgresConfig, entities: Entities): Promise<string[]> {
  const source = new DataSource(dataSourceOptions(config, entities, undefined));
  try {
    await connect(source, 0, () => {});
    return await pendingMigrations(source);
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/** Runs `work` on the same database without time limits, past a pooler. */
export async function withoutTimeLimits<T>(
  source: DataSource,
  config: DatabaseConfig,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  if (config.kind === 'embedded') return work(source);
  const direct = { ...config, server: config.direct };
  const options = dataSourceOptions(direct, source.options.entities as Entities, undefined, 0);
  const unlimited = await new DataSource(options).initialize();
  try {
    return await work(unlimited);
  } finally {
    await unlimited.destroy();
  }
}

/** The engine is loaded only where it serves. */
async function openEmbedded(folder: string | undefined): Promise<EmbeddedDatabase> {
  const { EmbeddedDatabase: Engine } = await import('./embedded-database.js');
  return Engine.open(folder);
}

const close = ({ source, embedded }: OpenedDatabase): Promise<void> | undefined =>
  source.isInitialized ? source.destroy() : embedded?.close();

async function prepare(
  source: DataSource,
  config: PostgresConfig,
  entities: Entities,
  log: LogLine,
): Promise<void> {
  await expectSession(config);
  if (config.migrateOnStart) await migrate(source, config, entities, log);
}

async function connect(source: DataSource, patienceMs: number, log: (line: string) => void): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const error: unknown = await source.initialize().then(
      () => undefined,
      (problem: unknown) => problem,
    );
    if (error === undefined) return;
    if (performance.now() + PAUSE_MS > giveUpAt || isHopeless(error)) throw notOpened(error);
    log(`The database is not reachable yet: ${explainProblem(error)}; trying again.`);
    await pause(PAUSE_MS);
  }
}

const notOpened = (cause: unknown): Error =>
  new Error(`The database of APIKM_DATABASE_URL could not be opened: ${explainProblem(cause)}.`, { cause });
