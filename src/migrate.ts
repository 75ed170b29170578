import { dotEnvFile, readEnvironment } from './config/env-file.js';
import { logFormatOf, parseConfig } from './config/parse-config.js';
import { openDatabase } from './database/open-database.js';
import type { LogLine } from './database/log-line.js';
import { ENTITIES } from './entities.js';
import { endUndone } from './platform/early-end.js';
import { lastWords } from './platform/last-words.js';
import { openLog } from './platform/log.js';

const env = readEnvironment(process.env, dotEnvFile());

endUndone();

/** Applies the migrations and ends: for an init job beside servers with APIKM_MIGRATE_ON_START=false. */
try {
  const config = parseConfig(env);
  const log = await openLog(config);
  const say: LogLine = (line, level) =>
    level === 'info' ? log.log(line, 'Database') : log.warn(line, 'Database');
  const { source } = await openDatabase({ ...config.database, migrateOnStart: true }, ENTITIES, say);
  await source.destroy();
  log.log('The schema is up to date.', 'Database');
} catch (error) {
  await lastWords(logFormatOf(env), "The schema can't be brought up to date", error);
  process.exitCode = 1;
}
