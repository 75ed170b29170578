import { existsSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { FolderInUse } from '../database/folder-lock.js';
import { openDatabase } from '../database/open-database.js';
import type { Entities } from '../database/data-source-options.js';
import type { OpenedDatabase } from '../database/open-database.js';
import { Redis } from '../database/redis.js';
import { Invalidation, unheard } from '../invalidation/invalidation.service.js';
import { CatalogueError } from '../services/read-catalogue.js';
import { Services } from '../services/services.js';
import { KeysCommandModule } from './keys-command.module.js';
import { partsOf } from './parts.js';
import type { Parts } from './parts.js';

type Warn = (line: string) => void;

/** @throws Error when the database can't be opened, with what to do */
export async function openKeys(
  config: Config,
  entities: Entities,
  warn: Warn,
): Promise<{ parts: Parts; close: () => Promise<void> }> {
  const services = servicesOf(config, warn);
  const context = await start(config, await open(config, entities, warn), services, warn);
  // What is published before that would be lost.
  await context.get(Redis).connect();
  return {
    parts: partsOf(context),
    close: async () => {
      if (!(await context.get(Invalidation).allPublished())) warn(unheard(config));
      await context.close();
    },
  };
}

async function open({ database }: Config, entities: Entities, warn: Warn): Promise<OpenedDatabase> {
  expectThere(database);
  try {
    // To bring the schema up to date is the server's task, or an operator's wish.
    return await openDatabase({ ...database, migrateOnStart: false }, entities, warn);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const what =
      'Only one process can open an embedded database: stop the server, run this command, and start the server again.';
    throw new Error(`${error.message}\n${what}`, { cause: error });
  }
}

/** The engine would make a new database. @throws Error */
function expectThere(database: Config['database']): void {
  if (database.kind === 'postgresql') return;
  if (database.folder === undefined)
    throw new Error('APIKM_DATABASE_URL names a database in memory, which is empty in this process.');
  if (!existsSync(database.folder))
    throw new Error(`There is no database in ${database.folder}. APIKM_DATABASE_URL says where it is.`);
}

async function start(
  config: Config,
  database: OpenedDatabase,
  services: Services,
  warn: Warn,
): Promise<INestApplicationContext> {
  try {
    const module = KeysCommandModule.forRoot(config, database, services);
    return await NestFactory.createApplicationContext(module, {
      logger: loggerOf(warn),
      abortOnError: false,
    });
  } catch (error) {
    await database.source.destroy();
    throw error;
  }
}

/** Titles alone come from the catalogue: one with a mistake must not keep anybody from ending a key. */
function servicesOf(config: Config, warn: Warn): Services {
  try {
    return new Services(config);
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    warn(`${error.message}\nContinuing without the titles of services.`);
    return new Services({ ...config, services: { ...config.services, file: undefined } });
  }
}

/** Trouble alone: the standard output is for results. */
function loggerOf(warn: Warn): LoggerService {
  const tell = (message: unknown): void => warn(String(message));
  return { log: () => {}, warn: tell, error: tell, fatal: tell };
}
