import 'reflect-metadata';
import { existsSync, readFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { readEnvironment } from './src/config/env-file.js';
import { parseConfig } from './src/config/parse-config.js';
import { dataSourceOptions } from './src/database/data-source-options.js';
import { EmbeddedDatabase } from './src/database/embedded-database.js';
import { ENTITIES } from './src/entities.js';

/** For TypeORM's command line: the database of the environment, over its direct URL and without time limits. */
const dotEnv = existsSync('.env') ? readFileSync('.env', 'utf8') : '';
const { database } = parseConfig(readEnvironment(process.env, dotEnv));
const direct = database.kind === 'postgresql' ? { ...database, server: database.direct } : database;
const embedded = direct.kind === 'embedded' ? await EmbeddedDatabase.open(direct.folder) : undefined;

export default new DataSource(dataSourceOptions(direct, ENTITIES, embedded, 0));
