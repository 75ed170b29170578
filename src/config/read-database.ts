import type { DatabaseConfig } from './config.js';
import { readImport, SQLITE_GIVEN } from './import-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { readDatabaseUrl } from './values.js';

const EXAMPLE = 'postgresql://apikm@db.example.org/apikm';
const POSTGRESQL =
  'postgresql://user:password@host:port/database?sslmode=… with parameters of libpq (several hosts by commas, a port up to 65535, %25 for a percent sign)';

export function readDatabase(read: SettingsReader, production: boolean): DatabaseConfig {
  if (production) read.demand('APIKM_DATABASE_URL', 'a postgresql:// URL', EXAMPLE);
  const common = { migrateOnStart: read.boolean('APIKM_MIGRATE_ON_START'), ...readImport(read) };
  const poolSize = read.number('APIKM_DATABASE_POOL', { min: 2, max: 1000 });
  if (read.text('APIKM_DATABASE_URL').startsWith('sqlite:')) {
    read.problems.push(SQLITE_GIVEN);
    return { kind: 'embedded', folder: undefined, ...common };
  }
  const place = readPlace(read, 'APIKM_DATABASE_URL', `pglite:<folder>, pglite:memory or ${POSTGRESQL}`);
  if (place?.kind !== 'postgresql') return { kind: 'embedded', folder: place?.folder, ...common };
  return {
    kind: 'postgresql',
    server: place.server,
    direct: readDirect(read) ?? place.server,
    poolSize,
    ...common,
  };
}

/** undefined: it is the same as the other one. */
function readDirect(read: SettingsReader) {
  const name = 'APIKM_DATABASE_DIRECT_URL';
  if (!read.given(name) || read.text(name) === read.text('APIKM_DATABASE_URL')) return undefined;
  const place = readPlace(read, name, POSTGRESQL);
  return place?.kind === 'postgresql' ? place.server : undefined;
}

const readPlace = (read: SettingsReader, name: string, form: string) =>
  read.as(name, (text) => readDatabaseUrl(text, read.defaultSslMode), form, EXAMPLE);
