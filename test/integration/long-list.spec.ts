import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../support/database-url.js';
import { freePort } from '../support/free-port.js';
import { ALICE, KeycloakStandIn } from '../support/keycloak-stand-in.js';

const KEYS = 100_000;
const MIB = 1024 * 1024;
const FILL = `INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at, config)
  SELECT 'key_' || n, sha256(n::text::bytea), $1, 'key ' || n, 'akm', now() - n * interval '1 second', now(), '{"plan":"a"}'
  FROM generate_series(1, ${KEYS}) AS n`;
/** Every third key was used, those with a low number last. */
const USE = `INSERT INTO usage_totals (key_id, accepted, refused, last_used_at)
  SELECT 'key_' || n, n, 0, now() - n * interval '1 minute' FROM generate_series(3, ${KEYS}, 3) AS n`;

describe('the list of somebody who has 100,000 keys', () => {
  let keycloak: KeycloakStandIn;
  let server: ChildProcess;
  let url: string;
  let folder: string;
  let key: string;
  let authorization: string;
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    keycloak = await KeycloakStandIn.start();
    folder = mkdtempSync(join(tmpdir(), 'apikm-list-'));
    const database = await freshDatabaseUrl();
    await startOn(database);
    authorization = `Bearer ${await keycloak.accessToken(ALICE)}`;
    ({ key } = (await ask('/v1/keys', { method: 'POST', body: '{"name":"test"}' })) as { key: string });
    for (let i = 0; i < 2000; i += 1) await checked();
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await ask('/auth/api_key/list');
    for (const [statement, ...values] of [[FILL, ALICE], [USE], ['ANALYZE']])
      await client.query(statement!, values);
    await client.end();
  });
  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    await keycloak.stop();
    rmSync(folder, { recursive: true });
  });

  /** A process of its own, whose memory is nobody else's. */
  async function startOn(database: string): Promise<void> {
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const settings = {
      APIKM_PORT: port,
      APIKM_DATABASE_URL: database,
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_REALM: 'apikeys',
      APIKM_OIDC_CLIENT_ID: 'apikey-manager',
      APIKM_OIDC_CLIENT_SECRET: 'secret',
      APIKM_KEYCLOAK_SYNC_FREQ: '0',
      APIKM_MAX_KEYS_PER_USER: '0',
    };
    server = spawn(process.execPath, ['dist/main.js'], {
      env: { ...process.env, ...settings },
      stdio: 'ignore',
    });
    while (
      !(await fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ))
    )
      await pause(100);
  }

  async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { ...init, headers });
    expect(answer.ok).toBe(true);
    return answer.json();
  }

  const memory = (): number => {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  };

  /** By another process, so that what is measured here is the server's alone. */
  async function download(name: string): Promise<string> {
    const file = join(folder, name);
    const options = ['-s', '-o', file, '-w', '%{http_code}', '-H', `Authorization: ${authorization}`];
    const child = spawn('curl', [...options, `${url}/auth/api_key/list`]);
    let status = '';
    child.stdout.on('data', (part) => (status += String(part)));
    // What it printed is there only then, and not at its exit.
    await once(child, 'close');
    expect(status).toBe('200');
    return file;
  }

  const checked = async (): Promise<number> => {
    const startedAt = performance.now();
    const answer = await fetch(`${url}/auth/check_key`, { headers: { 'x-api-key': key } });
    await answer.text();
    expect(answer.status).toBe(200);
    return performance.now() - startedAt;
  };
  const p99 = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!;

  /** How long verifications took meanwhile, and how much memory came on top. */
  async function meanwhile(work: Promise<unknown>): Promise<{ times: number[]; mib: number; ms: number }> {
    const before = memory();
    const startedAt = performance.now();
    const times: number[] = [];
    let [most, isOver] = [before, false];
    void work.finally(() => (isOver = true));
    while (!isOver) {
      times.push(await checked());
      most = Math.max(most, memory());
      await pause(2);
    }
    await work;
    return { times, mib: (most - before) / MIB, ms: performance.now() - startedAt };
  }

  it('comes whole and in order, takes little memory, and keeps verifications waiting for moments only', async () => {
    const alone = await meanwhile(pause(3000));
    const one = await meanwhile(download('one'));
    const figures = (name: string, { times, mib, ms }: typeof one): void =>
      console.log(
        `${name}: ${ms.toFixed(0)} ms, +${mib.toFixed(0)} MiB, p99 ${p99(times).toFixed(1)} ms of ${times.length}`,
      );
    figures('alone', alone);
    figures('one list', one);
    const rows = JSON.parse(readFileSync(join(folder, 'one'), 'utf8')) as {
      name: string;
      total_queries: number;
    }[];
    expect(rows).toHaveLength(KEYS + 1);
    const used = Array.from({ length: Math.floor(KEYS / 3) }, (_, i) => `key ${(i + 1) * 3}`);
    const unused = Array.from({ length: KEYS }, (_, i) => i + 1).filter((n) => n % 3 !== 0);
    expect(rows.map(({ name }) => name)).toEqual(['test', ...used, ...unused.map((n) => `key ${n}`)]);
    expect(rows[1]!.total_queries).toBe(3);
    const five = await meanwhile(Promise.all(['1', '2', '3', '4', '5'].map(download)));
    figures('five lists', five);
    for (const name of ['1', '5'])
      expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toHaveLength(KEYS + 1);
    expect(one.mib).toBeLessThan(32);
    expect(five.mib).toBeLessThan(64);
  });
});
