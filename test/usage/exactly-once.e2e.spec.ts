import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { UsageRecorder } from '../../src/usage/usage-recorder.js';
import { UsageService } from '../../src/usage/usage.service.js';
import { TestServer } from '../support/app.js';

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
