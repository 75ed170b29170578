import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';

/** The settings' secrets, or one made once into the data folder: restarting doesn't log anybody out. */
export function cookieSecrets(config: Config): string[] {
  if (config.session.cookieSecrets.length) return [...config.session.cookieSecrets];
  const fresh = randomBytes(32).toString('base64url');
  if (config.dataFolder === undefined) return [fresh];
  const path = join(config.dataFolder, 'cookie-secret');
  mkdirSync(config.dataFolder, { recursive: true });
  try {
    // Exclusive, so that of two first starts one makes it and both read the same.
    writeFileSync(path, fresh, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return [readFileSync(path, 'utf8')];
}
