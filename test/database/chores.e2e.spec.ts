import type { Repository } from 'typeorm';
import { getRepositoryToken } from '@nestjs/typeorm';
import { beforeAll, describe, expect, it, afterAll } from 'vitest';
import { ExpiredSessions } from '../../src/auth/expired-sessions.js';
import { Session } from '../../src/database/session.entity.js';
import { EndedWindows } from '../../src/throttle/ended-windows.js';
import { ThrottleStorage } from '../../src/throttle/throttle.storage.js';
import { OldWriters } from '../../src/usage/old-writers.js';
import { UsageWriter } from '../../src/usage/usage.entity.js';
import { TestServer } from '../support/app.js';

const DAY_MS = 86_400_000;

describe('what is tidied up', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
  });
  afterAll(() => server.stop());

  const rows = <T extends object>(entity: new () => T) =>
    server.get<Repository<T>>(getRepositoryToken(entity) as never);
  const later = (ms: number): Date => new Date(server.clock.millis() + ms);

  it('are sessions that have expired, and no others', async () => {
    await rows(Session).insert([
      { sid: 'over', sess: {}, expire: later(-1) },
      { sid: 'in use', sess: {}, expire: later(1000) },
    ]);
    await server.get(ExpiredSessions).run(server.clock.now());
    expect((await rows(Session).find()).map(({ sid }) => sid)).toEqual(['in use']);
  });

  it('are the batch numbers of processes that ended a week ago, and no others', async () => {
    await rows(UsageWriter).insert([
      { id: 'ended', batch: 1, writtenAt: later(-8 * DAY_MS) },
      { id: 'living', batch: 1, writtenAt: later(-6 * DAY_MS) },
    ]);
    await server.get(OldWriters).run(server.clock.now());
    expect((await rows(UsageWriter).find()).map(({ id }) => id)).toEqual(['living']);
  });

  it('are counts of callers whose windows have ended, and nobody is unblocked by it', async () => {
    for (const bad of ['wrong1', 'wrong2']) await server.check(bad);
    server.get(EndedWindows).run(server.clock.now());
    expect((await server.check('wrong3')).status).toBe(429);
    expect(server.get(ThrottleStorage).size).toBe(1);
    server.clock.advance(61);
    server.get(EndedWindows).run(server.clock.now());
    expect(server.get(ThrottleStorage).size).toBe(0);
  });
});
