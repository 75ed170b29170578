// Runs the tests that need real parts. Says which part is missing and how to get it, and skips none of them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const postgresql = '/usr/lib/postgresql';
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  ...(existsSync(postgresql)
    ? readdirSync(postgresql).map((version) => join(postgresql, version, 'bin'))
    : []),
];
const PARTS = [
  { part: 'PostgreSQL', programs: ['initdb', 'psql'], get: 'apt-get install postgresql' },
  { part: 'Java 17, for Keycloak', programs: ['java'], get: 'apt-get install default-jre-headless' },
  { part: 'Maven, which fetches Keycloak', programs: ['mvn'], get: 'apt-get install maven' },
  { part: 'unzip', programs: ['unzip'], get: 'apt-get install unzip' },
  { part: 'nginx', programs: ['nginx'], get: 'apt-get install nginx' },
  { part: 'HAProxy', programs: ['haproxy'], get: 'apt-get install haproxy' },
  { part: 'GDAL', programs: ['gdalinfo', 'gdal_create'], get: 'apt-get install gdal-bin' },
  { part: 'curl', programs: ['curl'], get: 'apt-get install curl' },
  { part: 'Chromium', programs: ['chromium'], get: 'apt-get install chromium' },
];

const has = (program) => folders.some((folder) => existsSync(join(folder, program)));
const missing = PARTS.filter(({ programs }) => !programs.every(has));
for (const { part, get } of missing) console.error(`${part} is missing. On Debian: ${get}`);
if (missing.length) process.exit(1);

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', '--config', 'vitest.integration.config.ts', ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
