// Runs the tests that need real parts. Says which part is missing and how to get it, and skips none of them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const postgresql = '/usr/lib/postgresql';
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...(existsSync(postgresql)
    ? readdirSync(postgresql).map((version) => join(postgresql, version, 'bin'))
    : []),
];
const PARTS = [
  { part: 'PostgreSQL', programs: ['initdb', 'psql'], get: 'apt-get install postgresql' },
  { part: 'Java 17, for Keycloak', programs: ['java'], get: 'apt-get install default-jre-headless' },
  { part: 'Maven, which fetches Keycloak', programs: ['mvn'], get: 'apt-get install maven' },
  { part: 'unzip', programs: ['unzip'], get: 'apt-get install unzip' },
  { part: 'Chromium', programs: ['chromium'], get: 'apt-get install chromium' },
];

const has = (program) => folders.some((folder) => existsSync(join(folder, program)));
const missing = PARTS.filter(({ programs }) => !programs.every(has));
for (const { part, get } of missing) console.error(`${part} is missing. On Debian: ${get}`);
if (missing.length) process.exit(1);

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', '--config', 'vitest.integration.config.ts', ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
