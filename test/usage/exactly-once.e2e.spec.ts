import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { UsageRecorder } from '../../src/usage/usage-recorder.js';
import { UsageService } from '../../src/usage/usage.service.js';
import { TestServer } from '../support/app.js';

const HOUR = 3600;

describe('a verification is counted exactly once', () => {
  let server: TestServer;
  let key: { id: string; key: string };
  beforeEach(async () => {
    server = await TestServer.start({ APIKM_USAGE_FLUSH_MS: '60000' });
    key = await server.createKey();
  });
  afterEach(() => server.stop());

  /** What the next transaction ends in, after or before the database has taken it. */
  function failOnce(when: 'before' | 'after'): void {
    const source = server.get(DataSource);
    const transaction = source.transaction.bind(source) as (...args: unknown[]) => Promise<unknown>;
    source.transaction = (async (...args: unknown[]) => {
      source.transaction = transaction as never;
      if (when === 'after') await transaction(...args);
      throw new Error('the connection is lost');
    }) as never;
  }

  const counted = async () => (await server.get(UsageService).totals([key.id])).get(key.id);

  it.each(['before', 'after'] as const)('when the connection is lost %s the commit', async (when) => {
    for (let i = 0; i < 3; i += 1) await server.check(key.key);
    failOnce(when);
    await server.get(UsageFlusher).flush();
    await server.check(key.key);
    await server.check(`${key.key}x`);
    expect(await counted()).toMatchObject({ accepted: 4, refused: 0 });
    expect(await counted()).toMatchObject({ accepted: 4 });
  });

  it('by a flush that ends, however much is counted meanwhile', async () => {
    const source = server.get(DataSource);
    const transaction = source.transaction.bind(source) as (...args: unknown[]) => Promise<unknown>;
    let batches = 0;
    source.transaction = (async (...args: unknown[]) => {
      batches += 1;
      await server.check(key.key);
      return transaction(...args);
    }) as never;
    await server.check(key.key);
    await server.get(UsageFlusher).flush();
    expect(batches).toBe(1);
    source.transaction = transaction as never;
    expect(await counted()).toMatchObject({ accepted: 2 });
  });

  it('also when there are more keys than a statement takes', async () => {
    const usage = server.get(UsageService);
    const from = { address: '203.0.113.7', userAgent: undefined, audience: undefined, carrier: 'header' };
    const ids = Array.from({ length: 4500 }, (_, i) => `many-${i}`);
    for (const id of ids) server.get(UsageRecorder).accepted(id, server.clock.millis(), from);
    const totals = await usage.totals(ids);
    expect(ids.filter((id) => totals.get(id)?.accepted !== 1)).toEqual([]);
  });

  it('in the hour that the clock shows, also when it is set back, and the last use stays', async () => {
    const before = server.clock.millis();
    for (const seconds of [0, -HOUR, 0]) {
      server.clock.advance(seconds);
      await server.check(key.key);
    }
    await server.get(UsageFlusher).flush();
    server.clock.advance(HOUR);
    await server.check(key.key);
    await server.get(UsageFlusher).flush();
    expect(await counted()).toEqual({ accepted: 4, refused: 0, lastUsedAt: new Date(before) });
    const hours = 'SELECT hour, count::int FROM usage_hours WHERE key_id = $1 ORDER BY hour';
    const all = `SELECT hour, count::int FROM usage_of_all ORDER BY hour`;
    const hour = before - (before % (HOUR * 1000));
    const expected = [
      { hour: new Date(hour - HOUR * 1000), count: 2 },
      { hour: new Date(hour), count: 2 },
    ];
    expect(await server.get(DataSource).query(hours, [key.id])).toEqual(expected);
    expect(await server.get(DataSource).query(all)).toEqual(expected);
  });

  it('by more keys than memory should hold: those used least are written early, and none is dropped', async () => {
    const recorder = server.get(UsageRecorder);
    const now = server.clock.millis();
    const from = { address: '203.0.113.7', userAgent: undefined, audience: undefined, carrier: 'header' };
    const use = (i: number) => recorder.accepted(`many-${i}`, now, from);
    // Two keys of a hundred are used once until there are 100,000, all others twice.
    const isQuiet = (i: number) => i % 50 === 0;
    for (let i = 0; i < 99_999; i += 1) {
      use(i);
      if (!isQuiet(i)) use(i);
    }
    use(99_999);
    use(100_000);
    await server.get(UsageFlusher).inTurn(() => Promise.resolve());
    const [early, kept] = [await written(), [...recorder.values()]];
    const quiet = Array.from({ length: 100_001 }, (_, i) => `many-${i}`).filter((_, i) => isQuiet(i));
    expect(new Set(early)).toEqual(new Set([...quiet, 'many-99999']));
    expect(kept).toHaveLength(100_001 - early.length);
    const left = kept.flatMap(({ counts }) => counts).reduce((sum, { count }) => sum + count, 0);
    expect(early.length + left).toBe(2 * 100_001 - early.length);
    // Writing all of them takes long, and is for nothing here.
    recorder.take(Infinity);
  });

  /** The keys that the database has counts of, each of them one. */
  async function written(): Promise<string[]> {
    const all = 'SELECT key_id FROM usage_totals WHERE accepted = 1';
    return (await server.get(DataSource).query<{ key_id: string }[]>(all)).map(({ key_id: id }) => id);
  }
});

it('whatever is answered until the server has ended is counted', async () => {
  const server = await TestServer.start({ APIKM_USAGE_FLUSH_MS: '60000' });
  const { key } = await server.createKey();
  let isOver = false;
  const caller = async (): Promise<void> => {
    while (!isOver) await server.check(key).catch(() => (isOver = true));
  };
  const callers = [caller(), caller(), caller()];
  await server.check(key);
  await server.stop();
  isOver = true;
  await Promise.all(callers);
  expect(server.get(UsageFlusher).pendingKeys).toBe(0);
});
