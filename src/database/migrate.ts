import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { PostgresConfig } from '../config/config.js';
import { CONNECT_TIMEOUT_MS, dataSourceOptions, UNLIMITED } from './data-source-options.js';
import type { LogLine } from './log-line.js';
import type { Entities } from './data-source-options.js';
import { clientOptions, DatabaseClient } from './database-client.js';
import { explainProblem } from './problems.js';
import { pendingMigrations } from './schema-check.js';

/** Of the schema, and of keys taken from the predecessor; any number, the same in every replica. */
export const MIGRATION_LOCK = 4_270_001;
const PAUSE_MS = 200;

/**
 * Brings the schema up to date, one replica at a time, over the direct address. A database that takes no changes is left
 * as it is. @throws Error with what to do
 */
export async function migrate(
  source: DataSource,
  config: PostgresConfig,
  entities: Entities,
  log: LogLine,
): Promise<void> {
  // Nothing to do is the rule, and then nothing is to be waited for: a read-only database would refuse the lock's work.
  if ((await pendingMigrations(source)).length === 0) return;
  try {
    await migrateLocked(config, entities, log);
  } catch (error) {
    throw new Error(`The schema could not be brought up to date: ${explainProblem(error)}.`, {
      cause: error,
    });
  }
}

async function migrateLocked(config: PostgresConfig, entities: Entities, log: LogLine): Promise<void> {
  const options = clientOptions(config.direct, CONNECT_TIMEOUT_MS);
  const lock = new DatabaseClient({ ...options, startup: { ...options.startup, ...UNLIMITED } });
  // A lost connection fails the migration's own statements as well; unheard, this event would end the process.
  lock.on('error', () => {});
  const migrating = new DataSource(
    dataSourceOptions({ ...config, server: config.direct }, entities, undefined, 0),
  );
  try {
    await lock.connect();
    log(
      'The schema is being brought up to date; where another replica does that, this one waits for it.',
      'info',
    );
    while (!(await isTaken(lock))) await pause(PAUSE_MS);
    await migrating.initialize();
    await migrating.runMigrations();
  } finally {
    if (migrating.isInitialized) await migrating.destroy();
    await lock.end().catch(() => {});
  }
}

/** Never waited for in a statement: the migration's CREATE INDEX CONCURRENTLY waits for all that are under way, so for that one. */
async function isTaken(lock: DatabaseClient): Promise<boolean> {
  const { rows } = await lock.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    MIGRATION_LOCK,
  ]);
  return rows[0]!.taken;
}
