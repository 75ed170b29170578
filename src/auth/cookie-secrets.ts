import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.js';

/** The settings' secrets, or one made once into the data folder: restarting doesn't log anybody out. */
export function cookieSecrets(config: Config): string[] {
  if (config.session.cookieSecrets.length) return [...config.session.cookieSecrets];
  const fresh = randomBytes(32).toString('base64url');
  if (config.dataFolder === undefined) return [fresh];
  const path = join(config.dataFolder, 'cookie-secret');
  mkdirSync(config.dataFolder, { recursive: true });
  if (!existsSync(path)) place(fresh, path);
  return [readFileSync(path, 'utf8')];
}

/** Whole or not at all: of two first starts one places it, and both read the same. */
function place(secret: string, path: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, secret, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch {
    // Another start was first, or there are no links on this file system.
    if (!existsSync(path)) renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}
