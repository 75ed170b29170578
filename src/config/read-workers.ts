import type { OidcConfig } from './config.js';
import type { SettingsReader } from './settings-reader.js';
import { readNumber } from './values.js';

const NAME = 'APIKM_WORKERS';
/** More cores than machines have that PostgreSQL keeps up with. */
const MOST = 256;

/** What lives within one process can't be shared by several. */
export function readWorkers(read: SettingsReader, oidc: OidcConfig): number | 'auto' {
  const workers = read.as(NAME, readCount, `a whole number from 1 to ${MOST}, or auto`, 'auto') ?? 1;
  if (workers === 1) return workers;
  if (/^pglite:/.test(read.text('APIKM_DATABASE_URL')))
    read.expect(NAME, '1, since only one process can open the embedded database (more need PostgreSQL)', '1');
  else if (oidc.embedded)
    read.expect(NAME, '1, since the embedded identity provider lives in one process', '1');
  return workers;
}

const readCount = (text: string): number | 'auto' | undefined =>
  text.toLowerCase() === 'auto' ? 'auto' : readNumber(text, { min: 1, max: MOST });
