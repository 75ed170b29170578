import { parseConfig } from './config/parse-config.js';
import { openDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';

/** Applies the migrations and ends: for an init job beside servers with APIKM_MIGRATE_ON_START=false. */
const { database } = parseConfig(process.env);
const { source } = await openDatabase({ ...database, migrateOnStart: true }, ENTITIES, console.warn);
await source.destroy();
console.log('The schema is up to date.');
