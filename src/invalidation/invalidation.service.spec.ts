import { expect, it, vi } from 'vitest';
import type { Listener } from '../database/listener.js';
import type { Redis } from '../database/redis.js';
import { Invalidation } from './invalidation.service.js';

it('what could not be published is told as a gap a second later, without a new connection', async () => {
  vi.useFakeTimers();
  const published: string[] = [];
  let isAway = true;
  const publish = async (_: string, message: string): Promise<void> => {
    if (isAway) throw new Error('Command timed out');
    published.push(message);
  };
  const listener = { listen: async () => {} } as unknown as Listener;
  const invalidation = new Invalidation(listener, { subscribe: () => {}, publish } as unknown as Redis);
  await invalidation.onModuleInit();
  invalidation.apply({ kind: 'key', digest: 'aa' });
  await vi.advanceTimersByTimeAsync(1500);
  isAway = false;
  invalidation.apply({ kind: 'key', digest: 'bb' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(published).toEqual(['k:bb', 'g:']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(published).toEqual(['k:bb', 'g:']);
  vi.useRealTimers();
});
