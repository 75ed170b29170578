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
  const replica = readReplica(read);
  const place = readPlace(read, 'APIKM_DATABASE_URL', `pglite:<folder>, pglite:memory or ${POSTGRESQL}`);
  if (place?.kind !== 'postgresql') {
    if (replica) read.warnings.push('APIKM_DATABASE_READ_URL has no effect beside the embedded database.');
    return { kind: 'embedded', folder: place?.folder, ...common };
  }
  return {
    kind: 'postgresql',
    server: place.server,
    direct: readDirect(read) ?? place.server,
    replica,
    poolSize,
    ...common,
  };
}

/** undefined: it is the same as the other one. */
function readDirect(read: SettingsReader) {
  const isSame = read.text('APIKM_DATABASE_DIRECT_URL') === read.text('APIKM_DATABASE_URL');
  return isSame ? undefined : readServer(read, 'APIKM_DATABASE_DIRECT_URL');
}

/** Standbys, which take no changes. */
function readReplica(read: SettingsReader) {
  const server = readServer(read, 'APIKM_DATABASE_READ_URL');
  return server && { ...server, writable: false };
}

/** undefined: it isn't given. */
function readServer(read: SettingsReader, name: string) {
  const place = read.given(name) ? readPlace(read, name, POSTGRESQL) : undefined;
  if (place?.kind === 'embedded') read.expect(name, POSTGRESQL, EXAMPLE);
  return place?.kind === 'postgresql' ? place.server : undefined;
}

const readPlace = (read: SettingsReader, name: string, form: string) =>
  read.as(name, (text) => readDatabaseUrl(text, read.defaultSslMode), form, EXAMPLE);
