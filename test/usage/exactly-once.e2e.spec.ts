import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    await server.get(UsageService).flush();
    await server.check(key.key);
    await server.check(`${key.key}x`);
    expect(await counted()).toMatchObject({ accepted: 4, refused: 0 });
    expect(await counted()).toMatchObject({ accepted: 4 });
  });
});
