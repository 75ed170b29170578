import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { parseConfig } from '../../src/config/parse-config.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { EmbeddedDatabase } from '../../src/database/embedded-database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { freshDatabaseUrl } from './database-url.js';

const ROOT = join(import.meta.dirname, '..', '..');
const MIGRATIONS = join(ROOT, 'src', 'database', 'migrations');
const ENGINE = join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'package.json');
const CACHE = join(ROOT, 'node_modules', '.cache', 'apikeymanager');

/** An empty database with our schema; the embedded one starts from a snapshot that the first run keeps. */
export async function testDatabase(): Promise<DataSource> {
  const config = parseConfig({ APIKM_DATABASE_URL: await freshDatabaseUrl() }).database;
  if (config.kind === 'postgresql') return (await openDatabase(config, ENTITIES)).source;
  const path = join(CACHE, `schema-${await schemaHash()}.tar`);
  const snapshot = await readFile(path).catch(() => undefined);
  if (!snapshot) {
    const { source, embedded } = await openDatabase(config, ENTITIES);
    await keep(path, await embedded!.dump());
    return source;
  }
  const embedded = await EmbeddedDatabase.open(undefined, new Blob([snapshot]));
  return new DataSource(dataSourceOptions(config, ENTITIES, embedded)).initialize();
}

async function schemaHash(): Promise<string> {
  const names = (await readdir(MIGRATIONS)).sort();
  const files = [ENGINE, ...names.map((name) => join(MIGRATIONS, name))];
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** Renamed into place, so that a test beside this one never reads half of it. */
async function keep(path: string, snapshot: Blob): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, Buffer.from(await snapshot.arrayBuffer()));
  await rename(draft, path);
}
