import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import type { RawAnswer } from '../support/raw-http.js';
import { RealPostgres } from '../support/real-postgres.js';
import { ask, ROUTES, verify } from '../support/verification-routes.js';

describe('verification while PostgreSQL', () => {
  let postgres: RealPostgres;
  let server: TestServer;
  const warm: string[] = [];
  const cold: string[] = [];
  beforeAll(async () => {
    postgres = await RealPostgres.start();
    server = await TestServer.start({ APIKM_DATABASE_URL: postgres.url });
    for (let i = 0; i < 20; i += 1) {
      const { key } = await server.createKey();
      if (i < 10) warm.push(key);
      else cold.push(key);
    }
  });
  afterAll(async () => {
    await server.stop();
    await postgres.remove();
  });

  const statuses = async (keys: readonly string[]): Promise<number[]> =>
    Promise.all(keys.map(async (key) => (await server.check(key)).status));
  const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
    const startedAt = performance.now();
    return [await work(), performance.now() - startedAt];
  };
  const all = (keys: readonly string[], status: number) => keys.map(() => status);
  const backWithin = async (ms: number): Promise<void> => {
    const startedAt = performance.now();
    while ((await statuses(cold)).some((status) => status !== 200)) {
      if (performance.now() - startedAt > ms) throw new Error(`not back within ${ms} ms`);
      await pause(100);
    }
  };

  const FAULTS: [string, () => Promise<void>, () => Promise<void>][] = [
    ['is stopped', () => postgres.stop(), () => postgres.resume()],
    ['is killed', () => postgres.stop('SIGKILL'), () => postgres.resume()],
    ['hangs', async () => postgres.signal('SIGSTOP'), async () => postgres.signal('SIGCONT')],
    ['keeps the keys locked', () => lockKeys(), () => locker!.end()],
  ];

  /** Until its connection ends. */
  let locker: pg.Client | undefined;
  async function lockKeys(): Promise<void> {
    locker = new pg.Client({ connectionString: postgres.url });
    await locker.connect();
    await locker.query('BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
  }

  it.each(FAULTS)(
    '%s: known keys pass, others get 503 within a second, and it is back by itself',
    async (_, fail, mend) => {
      expect(await statuses(warm)).toEqual(all(warm, 200));
      expect((await server.call('/health/ready')).status).toBe(200);
      await fail();
      try {
        server.clock.advance(60);
        const [refused, ms] = await timed(() => statuses(cold));
        expect(refused).toEqual(all(cold, 503));
        expect(ms).toBeLessThan(1100);
        const [answer] = [await server.check(cold[0]!)];
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        const [passed, msWarm] = await timed(() => statuses(warm));
        expect(passed).toEqual(all(warm, 200));
        expect(msWarm).toBeLessThan(1100);
        // Else no replica would get the requests for the keys that are known.
        const [ready, msReady] = await timed(() => server.call('/health/ready'));
        expect(ready.status).toBe(200);
        expect(msReady).toBeLessThan(1000);
      } finally {
        await mend();
      }
      await backWithin(5000);
      server.clock.advance(60);
      // Cold again for the next fault: what is looked up later than the stale time is forgotten.
      server.clock.advance(601);
      expect(await statuses(warm)).toEqual(all(warm, 200));
    },
  );

  /** What every route that verifies says of this key, and how long the slowest took. */
  const onEveryRoute = (key: string): Promise<[RawAnswer[], number]> => {
    const headers = [['X-Api-Key', key] as const];
    const routes = [...ROUTES, '/v1/forward-auth?status=nginx'];
    return timed(() =>
      Promise.all([...routes.map((route) => ask(server, route, { headers })), verify(server, { key })]),
    );
  };
  const statusesOf = (answers: readonly RawAnswer[]) => answers.map(({ status }) => status);

  it.each(FAULTS)(
    '%s: no route takes a key that can not be looked up for a bad one',
    async (_, fail, mend) => {
      for (const key of warm)
        expect(statusesOf((await onEveryRoute(key))[0])).toEqual([200, 200, 200, 200, 200]);
      await fail();
      try {
        server.clock.advance(60);
        for (const key of cold.slice(0, 3)) {
          const [answers, ms] = await onEveryRoute(key);
          expect(statusesOf(answers)).toEqual([503, 503, 503, 403, 503]);
          for (const answer of answers) expect(Number(answer.header('retry-after'))).toBeGreaterThan(0);
          expect(answers[3]!.header('x-apikm-code')).toBe('LOOKUP_UNAVAILABLE');
          expect(ms).toBeLessThan(1100);
        }
        for (const key of warm.slice(0, 3))
          expect(statusesOf((await onEveryRoute(key))[0])).toEqual([200, 200, 200, 200, 200]);
        // Longer than what is known may be believed.
        server.clock.advance(601);
        expect(statusesOf((await onEveryRoute(warm[0]!))[0])).toEqual([503, 503, 503, 403, 503]);
      } finally {
        await mend();
      }
      await backWithin(5000);
      expect(await statuses(warm)).toEqual(all(warm, 200));
      server.clock.advance(601);
    },
  );
});
