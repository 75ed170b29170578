import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KeyQueries } from '../../src/key-lookup/key-queries.js';
import { TestServer } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import { RealPostgres } from '../support/real-postgres.js';
import { until } from '../support/redis-replicas.js';

const CAROL = '33333333-3333-4333-8333-333333333333';
/** What is known is believed for that long. */
const FRESH_SECONDS = 300;
const DELAY_SECONDS = 10;

let primary: RealPostgres;
let standby: RealPostgres;
let database: pg.Client;
let replica: pg.Client;
let settings: Record<string, string>;
beforeAll(async () => {
  primary = await RealPostgres.start();
  standby = await primary.standby();
  database = new pg.Client({ connectionString: primary.url });
  replica = new pg.Client({ connectionString: standby.url });
  for (const client of [database, replica]) {
    client.on('error', () => {});
    await client.connect();
  }
  settings = {
    APIKM_DATABASE_URL: primary.url,
    APIKM_DATABASE_READ_URL: standby.url,
    APIKM_VERIFY_FRESH: String(FRESH_SECONDS),
    APIKM_LOG_LEVEL: 'info',
  };
});
afterAll(async () => {
  await database.end();
  await replica.end();
  await standby.remove();
  await primary.remove();
});

const start = (more: Record<string, string> = {}) =>
  TestServer.start({ ...settings, ...more }, ({ people }) => {
    people.set(CAROL, { ...people.get(BOB)!, id: CAROL, username: 'carol' });
  });
const readsOf = (server: TestServer) => ({ ...server.get(KeyQueries).counts });
const statusOf = async (server: TestServer, key: string) => (await server.check(key)).status;
/** As it is when nothing that is known of it is believed any more. */
const freshStatusOf = (server: TestServer, key: string) => {
  server.clock.advance(FRESH_SECONDS + 1);
  return statusOf(server, key);
};
const told = (server: TestServer) =>
  server.lines.flatMap((line) => /read replica is (?:not used \([^)]*\)|used again)/.exec(line)?.[0] ?? []);
async function caughtUp(): Promise<void> {
  const { rows } = await database.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn');
  const isThere = 'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS it';
  await until(async () => (await replica.query<{ it: boolean }>(isThere, [rows[0]!.lsn])).rows[0]!.it);
}
const readFromReplica = async (server: TestServer, key: string) => {
  const before = readsOf(server).replica;
  expect(await freshStatusOf(server, key)).toBe(200);
  return readsOf(server).replica > before;
};
async function holdBack(seconds: number): Promise<void> {
  await replica.query(`ALTER SYSTEM SET recovery_min_apply_delay = '${seconds}s'`);
  await replica.query('SELECT pg_reload_conf()');
}

async function run({ url }: RealPostgres, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

describe('a read replica that lags ten seconds behind', () => {
  it('makes no key good again that was revoked, nor one of a disabled owner, and keeps no new one waiting', async () => {
    const [a, b] = [await start(), await start()];
    const revoked = await a.createKey();
    const disabled = await a.createKey({}, BOB);
    const steady = await a.createKey({}, CAROL);
    await caughtUp();
    for (const { key } of [revoked, disabled, steady])
      for (const server of [a, b]) await until(() => readFromReplica(server, key));
    await holdBack(DELAY_SECONDS);
    const heldAt = performance.now();
    await a.as(ALICE, 'POST', `/v1/keys/${revoked.id}/revoke`);
    await a.reconcileAs(BOB, { enabled: false });
    for (const { key } of [revoked, disabled]) {
      expect(await statusOf(a, key)).toBe(403);
      await until(async () => (await statusOf(b, key)) === 403, 1);
    }
    const made = await a.createKey();
    const [late, silent] = [await start(), await start()];
    // One that is asked for the first time when it could long since have looked at the replica.
    const askedNow = () =>
      performance.now() - heldAt > (DELAY_SECONDS / 2) * 1000 ? [a, b, late, silent] : [a, b, late];
    const isOld = async () =>
      (
        await replica.query<{ old: boolean }>(
          'SELECT bool_or(k.revoked_at IS NULL AND o.enabled) AS old FROM api_keys k JOIN owners o ON o.id = owner_id WHERE k.id = ANY($1)',
          [[revoked.id, disabled.id]],
        )
      ).rows[0]!.old;
    let rounds = 0;
    const before = [a, b].map((server) => readsOf(server).replica);
    for (; await isOld(); rounds += 1)
      for (const server of askedNow()) {
        expect(await freshStatusOf(server, revoked.key)).toBe(403);
        expect(await freshStatusOf(server, disabled.key)).toBe(403);
        expect(await freshStatusOf(server, made.key)).toBe(200);
        expect(await freshStatusOf(server, steady.key)).toBe(200);
      }
    expect(performance.now() - heldAt).toBeGreaterThan((DELAY_SECONDS - 1) * 1000);
    expect(rounds).toBeGreaterThan(10);
    // What did not change was read there all the time, and nothing else.
    for (const [i, server] of [a, b].entries()) expect(readsOf(server).replica - before[i]!).toBe(rounds);
    await holdBack(0);
    await caughtUp();
    for (const server of [a, b, late, silent]) {
      await until(() => readFromReplica(server, made.key));
      expect(await freshStatusOf(server, revoked.key)).toBe(403);
      expect(await freshStatusOf(server, disabled.key)).toBe(403);
      expect(told(server)).toEqual([]);
    }
  });
});

describe('a read replica', () => {
  let other: RealPostgres | undefined;
  afterEach(async () => {
    await other?.remove();
    other = undefined;
  });
  const another = async () => {
    const main = await RealPostgres.start();
    await (await TestServer.start({ APIKM_DATABASE_URL: main.url })).stop();
    other = await main.standby();
    await main.remove();
    return other.url;
  };

  it.each([
    ['is away', async () => `postgresql://apikm@127.0.0.1:${await freePort()}/postgres`, /ECONNREFUSED/],
    ['is the main database itself', async () => primary.url, /it is not a standby/],
    [
      'has no schema',
      async () => standby.url.replace(/postgres$/, 'template1'),
      /relation .* does not exist/,
    ],
    ['is one of another database', another, /it is not a replica of the main database/],
  ])('that %s is not used, which is told once, and every key is verified', async (_, where, why) => {
    const server = await start({ APIKM_DATABASE_READ_URL: await where() });
    const { key } = await server.createKey();
    for (let i = 0; i < 20; i += 1) expect(await freshStatusOf(server, key)).toBe(200);
    await until(() => told(server).length > 0);
    expect(told(server)).toEqual([expect.stringMatching(why)]);
    expect(readsOf(server)).toMatchObject({ replica: 0 });
  });

  it('that hangs or dies fails no verification, which is told at its begin and its end, and is used again', async () => {
    const port = await freePort();
    const server = await start({ APIKM_VERIFY_FRESH: '0', APIKM_METRICS_PORT: String(port) });
    const { key } = await server.createKey();
    const statuses: number[] = [];
    let over = false;
    const traffic = (async () => {
      while (!over) statuses.push(await statusOf(server, key));
    })();
    const isUsed = async () => {
      const before = readsOf(server).replica;
      await until(() => readsOf(server).replica > before + 20);
    };
    await isUsed();
    standby.signal('SIGSTOP');
    await until(() => told(server).length === 1);
    const during = statuses.length;
    await until(() => statuses.length > during + 50);
    standby.signal('SIGCONT');
    await isUsed();
    await standby.stop('SIGKILL');
    await until(() => told(server).length === 3);
    await standby.resume();
    await isUsed();
    over = true;
    await traffic;
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const [hangs, back, ...rest] = told(server);
    expect([hangs, back]).toEqual([expect.stringContaining('takes too long'), 'read replica is used again']);
    expect(rest).toEqual([expect.stringContaining('not used'), 'read replica is used again']);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const { writer, replica: fromReplica } = readsOf(server);
    expect(text).toContain(`apikm_key_reads_total{place="writer"} ${writer}`);
    expect(text).toContain(`apikm_key_reads_total{place="replica"} ${fromReplica}`);
  });

  it('that did not follow a failover is not used until it has', async () => {
    const main = await RealPostgres.start();
    const [next, follower] = [await main.standby(), await main.standby()];
    try {
      const places = [main, next].map(({ port }) => `127.0.0.1:${port}`).join();
      const url = `postgresql://apikm@${places}/postgres`;
      const own = { APIKM_DATABASE_URL: url, APIKM_DATABASE_READ_URL: follower.url, APIKM_VERIFY_FRESH: '0' };
      const server = await start(own);
      const { key } = await server.createKey();
      const answers = () => until(async () => (await statusOf(server, key)) === 200);
      const isUsed = async () => {
        const before = readsOf(server).replica;
        await until(async () => (await answers(), readsOf(server).replica > before));
      };
      await isUsed();
      await main.stop('SIGKILL');
      await run(next, 'SELECT pg_promote()');
      await until(() => told(server).length === 1);
      const { replica: before } = readsOf(server);
      for (let i = 0; i < 20; i += 1) await answers();
      expect(readsOf(server).replica).toBe(before);
      const from = `host=127.0.0.1 port=${next.port} user=apikm`;
      await run(follower, `ALTER SYSTEM SET primary_conninfo = '${from}'`);
      await run(follower, 'SELECT pg_reload_conf()');
      await isUsed();
      expect(told(server)).toEqual([
        'read replica is not used (it is on timeline 1, and the main database on 2)',
        'read replica is used again',
      ]);
      await server.stop();
    } finally {
      for (const each of [follower, next, main]) await each.remove();
    }
  });
});
