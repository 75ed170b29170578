import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { BuiltServer } from '../support/built-server.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { RealRedis } from '../support/real-redis.js';
import { until } from '../support/redis-replicas.js';

const LIMIT = 100;
/** Between two uses of a caller. */
const PAUSE_MS = 5;
/** What one replica lets pass in the 50 ms between two reports, and on a machine that is slow, before it hears of the other. */
const MOST_OVER = 30;

describe('a key’s own rate, with two processes and one Redis', () => {
  let redis: RealRedis;
  let replicas: readonly BuiltServer[];
  let makeKey: (rateLimit?: string) => Promise<{ id: string; key: string }>;
  let maker: TestServer;
  beforeAll(async () => {
    redis = await RealRedis.start();
    const settings = { APIKM_DATABASE_URL: await freshDatabaseUrl(), APIKM_REDIS_URL: redis.url };
    maker = await TestServer.start(settings);
    makeKey = (rateLimit) => maker.createKey(rateLimit === undefined ? {} : { rateLimit });
    const started = { ...settings, APIKM_MIGRATE_ON_START: 'false', APIKM_LOG_LEVEL: 'info' };
    replicas = await Promise.all([BuiltServer.start(started), BuiltServer.start(started)]);
    await areConnected();
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await maker.stop();
    await redis.remove();
  });

  const areConnected = () =>
    until(() =>
      replicas.every(({ output }) => /^(?!.*not connected).*Redis is connected/m.test(lastOf(output))),
    );
  const lastOf = (output: string) =>
    output
      .split('\n')
      .filter((line) => line.includes('Redis is'))
      .at(-1) ?? '';
  const use = ({ url }: BuiltServer, key: string) =>
    fetch(`${url}/auth/check_key`, { headers: { 'x-api-key': key } });
  /** How often each replica lets the key pass until both refuse it; every other answer is named. */
  async function useUp(key: string): Promise<{ passed: number[]; others: number[] }> {
    const others: number[] = [];
    const passed = await Promise.all(
      replicas.map(async (replica) => {
        for (let count = 0; ; count += 1) {
          const { status } = await use(replica, key);
          if (status !== 200 && status !== 429) others.push(status);
          if (status !== 200) return count;
          await pause(PAUSE_MS);
        }
      }),
    );
    return { passed, others };
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

  it('holds over both, within what one lets pass between two reports', async () => {
    const { id, key } = await makeKey(`${LIMIT}/minute`);
    const { passed, others } = await useUp(key);
    expect(others).toEqual([]);
    expect(sum(passed)).toBeGreaterThanOrEqual(LIMIT);
    expect(sum(passed)).toBeLessThanOrEqual(LIMIT + MOST_OVER);
    expect(Math.min(...passed)).toBeGreaterThan(0);
    for (const replica of replicas) {
      const answer = await use(replica, key);
      const refusal = 'Rate limit exceeded: 100 per 1 minute';
      expect([answer.status, await answer.json()]).toEqual([429, { detail: refusal, error: refusal }]);
      const retryAfter = Number(answer.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(30);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
    const named = await redis.client.keys('*');
    expect(named).toEqual([`apikm:throttle:${LIMIT}/60:key ${id}`]);
    expect(await redis.client.pttl(named[0]!)).toBeGreaterThan(0);
  });

  it('used up on one is used up on the other, which had not seen the key', async () => {
    const { id, key } = await makeKey('5/minute');
    const [one, other] = replicas as [BuiltServer, BuiltServer];
    for (let i = 0; i < 5; i += 1) expect((await use(one, key)).status).toBe(200);
    expect((await use(one, key)).status).toBe(429);
    await until(async () => (await redis.client.hget(`apikm:throttle:5/60:key ${id}`, 'total')) === '5');
    await until(async () => (await use(other, key)).status === 429, 1);
  });

  it('costs Redis nothing for a key that has none', async () => {
    const { key } = await makeKey();
    await redis.client.config('RESETSTAT');
    for (const replica of replicas)
      for (let i = 0; i < 50; i += 1) expect((await use(replica, key)).ok).toBe(true);
    const limited = await makeKey('5/minute');
    await use(replicas[0]!, limited.key);
    await until(async () => (await redis.client.exists(`apikm:throttle:5/60:key ${limited.id}`)) === 1);
    expect(await redis.client.info('commandstats')).toMatch(/cmdstat_eval:calls=1,/);
  });

  it('holds for each alone while Redis is dead, and over both again when it is back', async () => {
    await redis.kill();
    try {
      const { key } = await makeKey('20/minute');
      expect(await useUp(key)).toEqual({ passed: [20, 20], others: [] });
    } finally {
      await redis.resume();
    }
    await areConnected();
    const { key } = await makeKey(`${LIMIT}/minute`);
    const { passed, others } = await useUp(key);
    expect(others).toEqual([]);
    expect(sum(passed)).toBeLessThanOrEqual(LIMIT + MOST_OVER);
  });
});
