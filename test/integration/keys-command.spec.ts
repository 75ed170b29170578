import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { RealRedis } from '../support/real-redis.js';

const PROGRAM = join(import.meta.dirname, '../../dist/keys.js');
/** Entries stay fresh for an hour: only word from the command may make an answer change. */
const FRESH = { APIKM_VERIFY_FRESH: '3600' };

describe('npm run keys, beside servers that run', () => {
  let url: string;
  let redis: RealRedis;
  let server: TestServer;
  let deaf: TestServer;
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    url = await freshDatabaseUrl();
    redis = await RealRedis.start();
    server = await TestServer.start({ APIKM_DATABASE_URL: url, ...FRESH });
    // As behind a pooler: it listens, nobody refuses that, and nothing is ever heard.
    deaf = await TestServer.start({
      ...{ APIKM_DATABASE_URL: url, APIKM_REDIS_URL: redis.url, ...FRESH },
      ...{ APIKM_DATABASE_DIRECT_URL: await freshDatabaseUrl(), APIKM_MIGRATE_ON_START: 'false' },
    });
  });
  afterAll(async () => {
    await server.stop();
    await deaf.stop();
    await redis.remove();
  });

  /** With the servers' settings, but without a Keycloak that answers. */
  const environment = (settings: Record<string, string> = {}) => ({
    ...{ PATH: process.env.PATH, APIKM_DATABASE_URL: url },
    ...{ APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:1', APIKM_OIDC_REALM: 'apikeys' },
    ...{ APIKM_OIDC_CLIENT_ID: 'apikey-manager', APIKM_OIDC_CLIENT_SECRET: 'secret' },
    ...settings,
  });

  /** @returns when it had ended, too */
  async function keys(args: readonly string[], settings?: Record<string, string>) {
    const env = environment(settings);
    const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = (await ended) as [number];
    return { code, out, err, endedAt: performance.now() };
  }

  /** How long after this instant the key stopped. */
  async function stopped(at: TestServer, key: string, since: number): Promise<number> {
    while ((await at.check(key)).status === 200) {
      if (performance.now() - since > 1000) throw new Error('the key goes on after a second');
      await pause(10);
    }
    return performance.now() - since;
  }

  it('ends a key on a server within a second, by PostgreSQL alone, and one named by itself', async () => {
    const one = await server.createKey();
    const other = await server.createKey();
    for (const { key } of [one, other]) expect((await server.check(key)).status).toBe(200);
    const { code, out, err, endedAt } = await keys(['revoke', one.id, other.key, '--reason', 'leaked']);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${one.id}: revoked\n${other.id}: revoked\n`,
      err: '',
    });
    for (const { key } of [one, other]) expect(await stopped(server, key, endedAt)).toBeLessThan(1000);
  });

  it('ends it also where Redis alone brings the word', async () => {
    const { id, key } = await server.createKey();
    expect((await deaf.check(key)).status).toBe(200);
    const { code, err, endedAt } = await keys(['disable', id], { APIKM_REDIS_URL: redis.url });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(await stopped(deaf, key, endedAt)).toBeLessThan(1000);
  });

  it('says where Redis could not be told, and has done its work', async () => {
    const { id, key } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    const { code, out, err, endedAt } = await keys(['revoke', id], {
      APIKM_REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect([code, out]).toEqual([0, `${id}: revoked\n`]);
    expect(err).toContain('Redis could not be notified.');
    expect(await stopped(server, key, endedAt)).toBeLessThan(1000);
  });

  it('lists for a program that stops reading, and refuses to end all keys where nobody can be asked', async () => {
    await server.createKey();
    const shell = `${process.execPath} ${PROGRAM} list --json | head -c 20; echo " $?"`;
    const env = environment();
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-o', 'pipefail', '-c', shell], {
      env,
      encoding: 'utf8',
    });
    expect([stdout.slice(0, 11), stdout.slice(-3), stderr]).toEqual(['{"id":"key_', ' 0\n', '']);
    expect(await keys(['revoke-all', '--owner', 'alice'])).toMatchObject({ code: 2, out: '' });
    expect(await keys(['revoke-all', '--owner', 'alice', '--yes'])).toMatchObject({ code: 0, err: '' });
  });

  it('says what to do with a database that is not there', async () => {
    const wrong = url.replace(/\/[^/]+$/, '/no_such_database');
    const { code, out, err } = await keys(['list'], { APIKM_DATABASE_URL: wrong });
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('APIKM_DATABASE_URL');
  });
});
