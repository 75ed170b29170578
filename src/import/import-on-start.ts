import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import { importKeys } from './import-keys.js';
import { findUnimported, readOwnTokens } from './own-tokens.js';

/**
 * The predecessor's table may lie in our own database. Its keys would be refused without a word, so the start
 * imports them when the settings say so. @throws Error with the command, when they don't.
 */
export async function importOnStart(source: DataSource, config: Config, clock: Clock): Promise<void> {
  const waiting = await findUnimported(source, clock.now());
  if (waiting === 0) return;
  if (!config.database.importOnStart) {
    throw new Error(
      `${waiting} keys of the predecessor lie in this database and were never imported. Run: npm run import-keys -- --from "$APIKM_DATABASE_URL", or set APIKM_IMPORT_ON_START=true.`,
    );
  }
  const options = {
    sourceTimezone: 'UTC',
    enforceReferers: false,
    dryRun: false,
    attributes: config.oidc.attributes,
    defaultTtlHours: config.keys.defaultTtlHours,
  };
  await importKeys(source, await readOwnTokens(source), options, clock);
}
