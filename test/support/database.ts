import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { EmbeddedDatabase } from '../../src/database/embedded-database.js';
import { openDatabase } from '../../src/database/open-database.js';
import type { OpenedDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { freshDatabaseUrl } from './database-url.js';

const ROOT = join(import.meta.dirname, '..', '..');
const MIGRATIONS = join(ROOT, 'src', 'database', 'migrations');
const ENGINE = join(ROOT, 'node_modules', '@electric-sql', 'pglite', 'package.json');
const CACHE = join(ROOT, 'node_modules', '.cache', 'apikeymanager');

/** An empty database with our schema. */
export async function testDatabase(): Promise<DataSource> {
  const { database } = parseConfig({ APIKM_DATABASE_URL: await freshDatabaseUrl() });
  return ((await readyDatabase(database)) ?? (await openDatabase(database, ENTITIES))).source;
}

/** Once for all specs that share this process. */
let hash: Promise<string> | undefined;
let loaded: Blob | undefined;

/** One in memory starts from a snapshot that the first run keeps; undefined: another one, to be opened as ever. */
export async function readyDatabase(config: DatabaseConfig): Promise<OpenedDatabase | undefined> {
  if (config.kind !== 'embedded' || config.folder !== undefined) return undefined;
  const path = join(CACHE, `lean-schema-${await (hash ??= schemaHash())}.tar`);
  loaded ??= await readFile(path).then(
    (bytes) => new Blob([bytes]),
    () => undefined,
  );
  if (!loaded) {
    const fresh = await openDatabase(config, ENTITIES);
    for (const unused of ['template0', 'template1']) {
      await fresh.source.query(`ALTER DATABASE ${unused} IS_TEMPLATE false`);
      await fresh.source.query(`DROP DATABASE ${unused}`);
    }
    await keep(path, await fresh.embedded!.dump());
    return fresh;
  }
  const embedded = await EmbeddedDatabase.open(undefined, loaded);
  return {
    source: await new DataSource(dataSourceOptions(config, ENTITIES, embedded)).initialize(),
    embedded,
  };
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
