import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATEMENT_TIMEOUT_MS } from '../../src/database/data-source-options.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { UsageService } from '../../src/usage/usage.service.js';
import { UsageRecorder } from '../../src/usage/usage-recorder.js';
import { TestServer } from '../support/app.js';
import { BuiltServer } from '../support/built-server.js';
import { CountedLoad, total } from '../support/counted-load.js';
import type { KnownKey } from '../support/counted-load.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { addOwners } from '../support/many-owners.js';
import { RealPostgres } from '../support/real-postgres.js';
import { waitFor } from '../support/wait-for.js';
import { lostOf, writtenCounts } from '../support/written-counts.js';

/** `npm run faults:usage` ends servers as often as the promise has to be kept; here a few times do. */
const IS_LONG = process.env.USAGE_FAULTS === 'long';
const TERMS = IS_LONG ? 20 : 3;
const KILLS = IS_LONG ? 50 : 5;
const CUTS = IS_LONG ? 20 : 3;
const ROUNDS = IS_LONG ? 100 : 10;
const FLUSH_MS = 200;
/** From when counts are taken out of memory until the database tells the time. */
const TAKING_MS = 100;
const VALID_KEYS = 60;
const PAST = '2020-01-01T00:00:00';

/** What callers were answered, compared with what the database has afterwards. */
describe('each verification is counted once', () => {
  let postgres: RealPostgres;
  let database: pg.Pool;
  let keys: KnownKey[];
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    postgres = await RealPostgres.start();
    database = new pg.Pool({ connectionString: postgres.url });
    database.on('error', () => {});
    keys = await makeKeys();
  });
  afterAll(async () => {
    await database.end();
    await postgres.remove();
  });

  const settings = (url = postgres.url) => ({
    APIKM_DATABASE_URL: url,
    APIKM_USAGE_FLUSH_MS: String(FLUSH_MS),
    // They are looked up once: the database may be away.
    APIKM_VERIFY_FRESH: '3600',
  });

  async function makeKeys(): Promise<KnownKey[]> {
    const server = await TestServer.start(settings());
    const people = await addOwners(server, VALID_KEYS);
    const valid = people.map(({ id, key }) => ({ id: `key-${id}`, key, code: 'VALID' }));
    const revoked = { ...(await server.createKey()), code: 'REVOKED' };
    const expired = { ...(await server.createKey()), code: 'EXPIRED' };
    await server.as(ALICE, 'POST', `/v1/keys/${revoked.id}/revoke`);
    await server.as(ALICE, 'GET', `/auth/api_key/renew?api-key=${expired.key}&expiration-date=${PAST}`);
    await server.stop();
    return [...valid, revoked, expired];
  }

  /** From no counts at all, so that what one test finds wrong is not found by the next ones. */
  const begin = async (...urls: string[]): Promise<CountedLoad> => {
    await database.query('TRUNCATE usage_hours, usage_totals, usage_of_all');
    return new CountedLoad(urls, keys);
  };
  const answers = (load: CountedLoad, count: number): Promise<void> => {
    const wanted = load.times.length + count;
    return waitFor(() => load.times.length >= wanted);
  };

  /** Writes to the database by itself, and by the test's process: what it logs is seen. */
  const startHere = (url?: string) => TestServer.start({ ...settings(url), APIKM_LOG_LEVEL: 'warn' });
  const allWritten = (server: TestServer) => waitFor(() => server.get(UsageFlusher).pendingKeys === 0);
  const couldNotWrite = (server: TestServer, since = 0) =>
    waitFor(() =>
      server.lines.slice(since).some((line) => line.includes('could not be written and are kept')),
    );

  it(`when the server ends, ${TERMS} times under load`, async () => {
    let answered = 0;
    for (let i = 0; i < TERMS; i += 1) {
      const server = await BuiltServer.start(settings());
      const load = await begin(server.url);
      await answers(load, randomInt(100, 400));
      expect(await server.end('SIGTERM')).toBe(0);
      await load.stop();
      expect(await lostOf(load, database)).toBe(0);
      answered += total(load.answered);
    }
    console.log(`SIGTERM ${TERMS} times: ${answered} answers, none lost`);
  });

  it(`or at most those of the last moments are not, when the server is killed, ${KILLS} times under load`, async () => {
    const all = { answered: 0, unanswered: 0, lost: 0, mostLost: 0, longestMs: 0 };
    for (let i = 0; i < KILLS; i += 1) {
      const server = await BuiltServer.start(settings());
      const load = await begin(server.url);
      await answers(load, randomInt(100, 400));
      const killedAt = Date.now();
      await server.end('SIGKILL');
      await load.stop();
      await waitFor(async () => (await connections()) === 0);
      const writtenAt = await lastBatchAt();
      const lost = await lostOf(load, database);
      // A batch that was under way is lost as a whole: it began when the one before was written.
      const since = Math.min(killedAt - FLUSH_MS, writtenAt) - TAKING_MS;
      expect(lost).toBeLessThanOrEqual(load.times.filter((at) => at >= since).length);
      expect(killedAt - writtenAt).toBeLessThan(FLUSH_MS + STATEMENT_TIMEOUT_MS);
      all.answered += total(load.answered);
      all.unanswered += total(load.unanswered);
      all.lost += lost;
      all.mostLost = Math.max(all.mostLost, lost);
      all.longestMs = Math.max(all.longestMs, killedAt - writtenAt);
    }
    console.log(`SIGKILL ${KILLS} times: ${JSON.stringify(all)}, none too many`);
  });

  /** Of servers, to the database. */
  async function connections(): Promise<number> {
    const servers = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'apikeymanager'`;
    return (await database.query<{ count: number }>(servers)).rows[0]!.count;
  }

  async function lastBatchAt(): Promise<number> {
    const last = 'SELECT max(written_at) AS at FROM usage_writers';
    return (await database.query<{ at: Date }>(last)).rows[0]!.at.getTime();
  }

  it.each([
    ['is stopped', () => postgres.stop(), () => postgres.resume()],
    ['is killed', () => postgres.stop('SIGKILL'), () => postgres.resume()],
    ['hangs', async () => postgres.signal('SIGSTOP'), async () => postgres.signal('SIGCONT')],
  ])('when the database %s under load, and is back', async (fault, fail, mend) => {
    const server = await startHere();
    const load = await begin(server.url);
    await answers(load, 100);
    await fail();
    try {
      await couldNotWrite(server);
    } finally {
      await mend();
    }
    await answers(load, 100);
    await load.stop();
    await allWritten(server);
    expect(await lostOf(load, database)).toBe(0);
    console.log(`the database ${fault}: ${total(load.answered)} answers, none lost, none too many`);
  });

  it.each([
    ['before the database has it', 'before'],
    ['when the database has done it and answers', 'after'],
  ] as const)(`when the connection is cut at a COMMIT ${CUTS} times, %s`, async (_, when) => {
    const proxy = await DatabaseProxy.start(postgres.url);
    const server = await startHere(proxy.url);
    const load = await begin(server.url);
    for (let i = 0; i < CUTS; i += 1) await proxy.cutAtCommit(when);
    await answers(load, 100);
    await load.stop();
    await allWritten(server);
    expect(await lostOf(load, database)).toBe(0);
    console.log(
      `COMMIT cut ${when} ${CUTS} times: ${total(load.answered)} answers, none lost, none too many`,
    );
  });

  it.each(['before', 'after'] as const)(
    'when one of the two connections that many keys are written by is cut %s its COMMIT, also to whoever reads meanwhile',
    async (when) => {
      await database.query('TRUNCATE usage_hours, usage_totals, usage_of_all');
      const proxy = await DatabaseProxy.start(postgres.url);
      const server = await TestServer.start({ ...settings(proxy.url), APIKM_USAGE_FLUSH_MS: '60000' });
      const ids = Array.from({ length: 25_000 }, (_, i) => `of-two-${i}`);
      const from = { address: undefined, userAgent: undefined, audience: undefined, carrier: 'header' };
      for (const id of ids) server.get(UsageRecorder).accepted(id, server.clock.millis(), from);
      const [flusher, once] = [server.get(UsageFlusher), new Map(ids.map((id) => [`${id} VALID`, 1]))];
      const cut = proxy.cutAtCommit(when);
      await flusher.flush();
      await cut;
      expect(flusher.pendingKeys).toBe(10_000);
      const totals = await server.get(UsageService).totals(ids);
      expect(new Map([...totals].map(([id, { accepted }]) => [`${id} VALID`, accepted]))).toEqual(once);
      await flusher.flush();
      expect(await writtenCounts(database)).toEqual(once);
    },
  );

  it.each(['INSERT INTO usage_totals', 'COMMIT'])(
    'when the answer to %s comes after it was given up',
    async (statement) => {
      const proxy = await DatabaseProxy.start(postgres.url);
      const server = await startHere(proxy.url);
      const load = await begin(server.url);
      const letGo = await proxy.holdAt(statement);
      await couldNotWrite(server);
      letGo();
      await answers(load, 100);
      await load.stop();
      await allWritten(server);
      expect(await lostOf(load, database)).toBe(0);
    },
  );

  it('when the connection is cut at the last COMMIT of a server that ends', async () => {
    const proxy = await DatabaseProxy.start(postgres.url);
    const server = await BuiltServer.start({ ...settings(proxy.url), APIKM_USAGE_FLUSH_MS: '60000' });
    const load = await begin(server.url);
    await answers(load, 100);
    const cut = proxy.cutAtCommit('before');
    expect(await server.end('SIGTERM')).toBe(0);
    await cut;
    await load.stop();
    expect(await lostOf(load, database)).toBe(0);
  });

  it('when two replicas write the same keys at once, in whatever order they were used', async () => {
    const [waits, deadlocks] = [{ APIKM_USAGE_FLUSH_MS: '20' }, await deadlocksSoFar()];
    const replicas = [
      await BuiltServer.start({ ...settings(), ...waits }),
      await BuiltServer.start({ ...settings(), ...waits }),
    ];
    const load = await begin(...replicas.map(({ url }) => url));
    for (let round = 0; round < ROUNDS; round += 1) await answers(load, 150);
    await load.stop();
    for (const replica of replicas) expect(await replica.end('SIGTERM')).toBe(0);
    expect(load.unanswered.size).toBe(0);
    expect(await lostOf(load, database)).toBe(0);
    expect(await deadlocksSoFar()).toBe(deadlocks);
    console.log(`two replicas: ${total(load.answered)} answers, none lost, none too many, no deadlock`);
  });

  it('when two replicas write many keys at once that were used in opposite orders', async () => {
    await database.query('TRUNCATE usage_hours, usage_totals, usage_of_all');
    const deadlocks = await deadlocksSoFar();
    const replicas = [await startHere(), await startHere()];
    const ids = Array.from({ length: 1000 }, (_, i) => `many-${i}`);
    const from = { address: undefined, userAgent: undefined, audience: undefined, carrier: 'header' };
    for (let round = 0; round < ROUNDS; round += 1)
      await Promise.all(
        [ids, [...ids].reverse()].map((ordered, i) => {
          const replica = replicas[i]!;
          for (const id of ordered) replica.get(UsageRecorder).accepted(id, replica.clock.millis(), from);
          return replica.get(UsageFlusher).flush();
        }),
      );
    for (const replica of replicas) await replica.stop();
    expect(await deadlocksSoFar()).toBe(deadlocks);
    expect(await writtenCounts(database)).toEqual(new Map(ids.map((id) => [`${id} VALID`, 2 * ROUNDS])));
  });

  async function deadlocksSoFar(): Promise<number> {
    const all = 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()';
    return (await database.query<{ deadlocks: number }>(all)).rows[0]!.deadlocks;
  }
});
