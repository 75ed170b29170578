import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../src/api-keys/key-material.js';
import { Invalidation } from '../../src/invalidation/invalidation.service.js';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { flood } from '../support/raw-http.js';
import { ask, countLookups, ROUTES, verify } from '../support/verification-routes.js';

const FRESH_SECONDS = 3600;

/** Entries stay fresh for an hour: only word from the other replica may make an answer change. */
describe('of two replicas on one PostgreSQL', () => {
  let database: pg.Client;
  let here: TestServer;
  let there: TestServer;
  beforeAll(async () => {
    const url = await freshDatabaseUrl();
    const settings = { APIKM_DATABASE_URL: url, APIKM_VERIFY_FRESH: String(FRESH_SECONDS) };
    database = new pg.Client({ connectionString: url });
    await database.connect();
    here = await TestServer.start(settings);
    there = await TestServer.start(settings);
  });
  afterAll(async () => {
    await here.stop();
    await there.stop();
    await database.end();
  });
  afterEach(async () => {
    await here.reconcileAs(ALICE, { enabled: true, roles: ['reader', 'writer'] });
    await until(async () => (await listening()).length === 2);
  });

  const statusThere = async (key: string): Promise<number> => (await there.check(key)).status;

  /** Connections that hear of changes: one a replica. */
  async function listening(): Promise<number[]> {
    const listeners = `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()`;
    return (await database.query<{ pid: number }>(listeners)).rows.map(({ pid }) => pid);
  }

  async function cut(): Promise<void> {
    for (const pid of await listening()) await database.query('SELECT pg_terminate_backend($1)', [pid]);
  }

  async function until(holds: () => Promise<boolean>, ms = 60_000): Promise<number> {
    const startedAt = performance.now();
    while (!(await holds())) {
      if (performance.now() - startedAt > ms) throw new Error(`not within ${ms} ms`);
      await pause(10);
    }
    return performance.now() - startedAt;
  }

  /** Whatever changed until now has been heard of: PostgreSQL tells in the order of the commits. */
  async function newsHeardThere(): Promise<void> {
    const digest = randomBytes(32).toString('hex');
    const heard = new Promise<void>((resolve) => {
      there.get(Invalidation).subscribe((change) => {
        if (change.kind === 'key' && change.digest === digest) resolve();
      });
    });
    await database.query(`SELECT pg_notify('apikm_changes', $1)`, [`k:${digest}`]);
    await heard;
  }

  async function warmKey(): Promise<{ id: string; key: string }> {
    const made = await here.createKey();
    for (const replica of [here, there])
      for (const route of ROUTES)
        expect((await ask(replica, route, { headers: [['X-Api-Key', made.key]] })).status).toBe(200);
    return made;
  }

  const past = '2020-01-01T00:00:00';
  const ENDS: [string, string, (key: string, id: string) => Promise<unknown>][] = [
    ['revoked', 'REVOKED', (_, id) => here.as(ALICE, 'POST', `/v1/keys/${id}/revoke`)],
    [
      'revoked as the predecessor did',
      'REVOKED',
      (key) => here.as(ALICE, 'GET', `/auth/api_key/revoke?api-key=${key}`),
    ],
    [
      'given an end that is past',
      'EXPIRED',
      (key) => here.as(ALICE, 'GET', `/auth/api_key/renew?api-key=${key}&expiration-date=${past}`),
    ],
    ['its owner’s who is disabled', 'OWNER_DISABLED', () => here.reconcileAs(ALICE, { enabled: false })],
  ];

  it.each(ENDS)('the other refuses a key within a second that is %s here', async (_, code, change) => {
    const { key, id } = await warmKey();
    await change(key, id);
    expect((await here.check(key)).status).toBe(403);
    await until(async () => (await statusThere(key)) === 403, 1000);
    expect((await verify(there, { key })).verdict.code).toBe(code);
    for (const route of ROUTES.slice(1))
      expect((await ask(there, route, { headers: [['X-Api-Key', key]] })).status).toBe(401);
  });

  it('the other lets a key in within a second that is renewed here, and its owner’s who is back', async () => {
    const { key, id } = await warmKey();
    await here.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    await until(async () => (await statusThere(key)) === 403, 1000);
    await here.as(ALICE, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 1 });
    await until(async () => (await statusThere(key)) === 200, 1000);
    await here.reconcileAs(ALICE, { enabled: false });
    await until(async () => (await statusThere(key)) === 403, 1000);
    await here.reconcileAs(ALICE, { enabled: true });
    await until(async () => (await statusThere(key)) === 200, 1000);
  });

  it('the other tells within a second the roles that were read here', async () => {
    const { key } = await warmKey();
    await here.reconcileAs(ALICE, { roles: ['reader'] });
    const roles = async () => ((await there.check(key)).body as { iam_roles: string[] }).iam_roles;
    await until(async () => (await roles()).join() === 'reader', 1000);
  });

  it('the other sees what was revoked while it could not hear, in keys that it used meanwhile and that it did not', async () => {
    const [used, idle] = [await warmKey(), await warmKey()];
    await cut();
    expect(await statusThere(used.key)).toBe(200);
    for (const { id } of [used, idle]) await here.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    await until(async () => (await listening()).length === 2);
    await until(async () => (await statusThere(used.key)) === 403, 1000);
    expect(await statusThere(idle.key)).toBe(403);
  });

  it('the other believes no key longer than the fresh time, when its line is cut again and again', async () => {
    const keys = [await warmKey(), await warmKey(), await warmKey()];
    let cutting = true;
    const cutter = (async () => {
      for (; cutting; await pause(20)) await cut();
    })();
    try {
      for (const { id } of keys) await here.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
      there.clock.advance(FRESH_SECONDS);
      for (const { key } of keys) expect(await statusThere(key)).toBe(403);
    } finally {
      cutting = false;
      await cutter;
    }
    await until(async () => (await listening()).length === 2);
    const again = await warmKey();
    await here.as(ALICE, 'POST', `/v1/keys/${again.id}/revoke`);
    await until(async () => (await statusThere(again.key)) === 403, 1000);
  });

  it('each asks the database once for a cold key, however many wait for it', async () => {
    const { key } = await here.createKey();
    await newsHeardThere();
    const unknown = mintKey('akm').secret;
    const queries = countLookups(there);
    const request = (secret: string) =>
      `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${secret}\r\n\r\n`;
    const crowd = (secret: string) =>
      Promise.all(
        Array.from({ length: 8 }, () => flood(there.url, Array<string>(250).fill(request(secret)))),
      );
    for (const statuses of await crowd(key)) expect([...statuses]).toEqual([[200, 250]]);
    expect(queries.made).toBe(1);
    for (const statuses of await crowd(unknown)) expect([...statuses]).toEqual([[403, 250]]);
    expect(queries.made).toBe(2);
  });
});
