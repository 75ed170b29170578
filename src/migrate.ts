import { existsSync, readFileSync } from 'node:fs';
import { readEnvironment } from './config/env-file.js';
import { parseConfig } from './config/parse-config.js';
import { openDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';

/** Applies the migrations and ends: for an init job beside servers with APIKM_MIGRATE_ON_START=false. */
try {
  const dotEnv = existsSync('.env') ? readFileSync('.env', 'utf8') : '';
  const { database } = parseConfig(readEnvironment(process.env, dotEnv));
  const { source } = await openDatabase({ ...database, migrateOnStart: true }, ENTITIES, console.warn);
  await source.destroy();
  console.log('The schema is up to date.');
} catch (error) {
  console.error(`The schema can't be brought up to date: ${(error as Error).message}`);
  process.exitCode = 1;
}
