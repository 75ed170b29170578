// Runs the end-to-end tests once more on a real PostgreSQL, started for them alone and stopped by its process id.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = findPostgres();
if (!bin) {
  console.error(
    'PostgreSQL is missing. On Debian: apt-get install postgresql. Elsewhere: put initdb and postgres on the PATH.',
  );
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'apikm-pg-'));
// PostgreSQL refuses to run as root.
const account = process.getuid?.() === 0 ? accountOf('postgres') : {};
if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
const data = join(folder, 'data');
must(spawnSync(join(bin, 'initdb'), ['-A', 'trust', '-U', 'apikm', '-D', data], { ...account, cwd: folder }));
const port = await freePort();
const server = spawn(
  join(bin, 'postgres'),
  ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
  { ...account, cwd: folder, stdio: 'ignore' },
);
let status = 1;
try {
  await answering(port);
  const env = { ...process.env, APIKM_TEST_POSTGRES: `postgresql://apikm@127.0.0.1:${port}/postgres` };
  const tests = ['test/api-keys', 'test/legacy', 'test/verification', 'test/database'];
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const run = spawnSync(process.execPath, [vitest, 'run', ...tests, ...process.argv.slice(2)], {
    env,
    stdio: 'inherit',
  });
  status = run.status ?? 1;
} finally {
  server.kill('SIGINT');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((one) => existsSync(join(one, 'initdb')) && existsSync(join(one, 'postgres')));
}

function accountOf(name) {
  const id = (flag) => Number(must(spawnSync('id', [flag, name], { encoding: 'utf8' })).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function must(result) {
  if (result.status === 0) return result;
  console.error(String(result.stderr ?? result.error));
  process.exit(1);
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}

async function answering(onPort) {
  const { default: pg } = await import('pg');
  for (let tries = 0; tries < 100; tries += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port: onPort, user: 'apikm', database: 'postgres' });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('PostgreSQL did not start within 10 s');
}
