// A PostgreSQL to measure on: the one that was given, or a throw-away on a free loopback port, gone at the end.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const DEBIAN = '/usr/lib/postgresql';

/** @returns {Promise<undefined | {on: string, url: string, sibling: Function, end: Function}>} undefined: none */
export async function openPostgres(given, embedded, fsync = 'off') {
  if (embedded) return undefined;
  if (given) return { on: await versionOf(given), ...databasesAt(given), end: () => undefined };
  const bin = findPostgres();
  const account = accountToRunAs();
  return bin && account ? throwAway(bin, account, fsync) : undefined;
}

/** The folder of initdb and postgres. */
function findPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(DEBIAN, version, 'bin'));
  return [...debian, ...(process.env.PATH ?? '').split(delimiter)].find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

/** PostgreSQL refuses to run as root. undefined: there is no account to run it. */
function accountToRunAs() {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

async function throwAway(bin, account, fsync) {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-bench-pg-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const as = { ...account, cwd: folder };
  const made = spawnSync(join(bin, 'initdb'), ['-A', 'trust', '-U', 'apikm', '-D', data], {
    ...as,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error}`);
  const port = await freePort();
  const url = `postgresql://apikm@127.0.0.1:${port}/postgres`;
  // Without fsync the machine's disk has no say; it flatters those who write at every verification, not us.
  const options = ['-c', 'listen_addresses=127.0.0.1', '-c', `fsync=${fsync}`];
  const where = ['-D', data, '-p', String(port), '-k', folder];
  const server = spawn(join(bin, 'postgres'), [...where, ...options], { ...as, stdio: 'ignore' });
  const end = () => remove(server, folder);
  try {
    await answering(url, server);
    return { on: await versionOf(url), ...databasesAt(url), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function remove(server, folder) {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

function databasesAt(url) {
  return {
    url,
    /** Another empty database beside this one, of its own URL. */
    async sibling(name) {
      const there = new URL(url);
      const database = `${decodeURIComponent(there.pathname.slice(1))}_${name}`;
      const quoted = pg.escapeIdentifier(database);
      await query(url, `DROP DATABASE IF EXISTS ${quoted}`);
      await query(url, `CREATE DATABASE ${quoted}`);
      there.pathname = `/${encodeURIComponent(database)}`;
      return { url: there.href, drop: () => query(url, `DROP DATABASE ${quoted} WITH (FORCE)`) };
    },
  };
}

/** The rows of one statement, over a connection of its own. */
export async function query(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function versionOf(url) {
  const [{ server_version: version }] = await query(url, 'SHOW server_version');
  return `PostgreSQL ${version.split(' ')[0]}`;
}

async function answering(url, server) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (server.exitCode !== null) break;
    try {
      return await query(url, 'SELECT 1');
    } catch {
      await pause(100);
    }
  }
  throw new Error('PostgreSQL did not start within 10 s');
}

export function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  return new Promise((resolve) => {
    probe.once('listening', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
