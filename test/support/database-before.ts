import { DataSource } from 'typeorm';
import { parseConfig } from '../../src/config/parse-config.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { EmbeddedDatabase } from '../../src/database/embedded-database.js';
import { ENTITIES } from '../../src/entities.js';
import { freshDatabaseUrl } from './database-url.js';

/** A database with the schema as it was before the migration of this name, and what brings it up to date. */
export async function databaseBefore(
  name: string,
): Promise<{ source: DataSource; migrate: () => Promise<void> }> {
  const { database } = parseConfig({ APIKM_DATABASE_URL: await freshDatabaseUrl() });
  const embedded = database.kind === 'embedded' ? await EmbeddedDatabase.open(database.folder) : undefined;
  const source = await new DataSource(dataSourceOptions(database, ENTITIES, embedded, 0)).initialize();
  const later = source.migrations.findIndex((migration) => migration.constructor.name.startsWith(name));
  const rest = source.migrations.splice(later);
  await source.runMigrations();
  source.migrations.push(...rest);
  return {
    source,
    migrate: async () => {
      await source.runMigrations();
    },
  };
}
