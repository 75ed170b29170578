import type { DatabaseConfig } from './config.js';
import { ownCommand } from './own-command.js';
import type { SettingsReader } from './settings-reader.js';
import { readTimezone } from './values.js';

/** What becomes of the predecessor's table in our own database. */
export function readImport(read: SettingsReader): Pick<DatabaseConfig, 'importOnStart' | 'importTimezone'> {
  const form = ['a name of the IANA database', 'Europe/Paris'] as const;
  return {
    importOnStart: read.boolean('APIKM_IMPORT_ON_START'),
    importTimezone: read.given('APIKM_IMPORT_TIMEZONE')
      ? read.as('APIKM_IMPORT_TIMEZONE', readTimezone, ...form)
      : undefined,
  };
}

export const SQLITE_GIVEN = `APIKM_DATABASE_URL: SQLite is not supported. Bring its keys over with: ${ownCommand('import-keys', '--from sqlite:FILE')}`;
