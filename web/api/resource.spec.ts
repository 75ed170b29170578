import { afterEach, describe, expect, it, vi } from 'vitest';
import { heldRequests, hooked } from '../testing/hook.js';
import { useResource } from './resource.js';

const read = (path: string) => hooked(({ path }) => useResource<{ n: number }>(path), { path });

describe('what was read', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('stays, with what went wrong beside it, when reading it anew fails', async () => {
    const { answer } = heldRequests();
    const { now } = read('v1/sync');
    await answer('/v1/sync', { n: 1 });
    await vi.waitUntil(() => now().data);
    now().reload();
    await answer('/v1/sync', 503);
    await expect.poll(now).toMatchObject({ data: { n: 1 }, problem: { status: 503 }, isLoading: false });
    now().reload();
    await expect.poll(now).toMatchObject({ data: { n: 1 }, problem: { status: 503 }, isLoading: true });
    await answer('/v1/sync', { n: 2 });
    await expect.poll(now).toMatchObject({ data: { n: 2 }, problem: undefined, isLoading: false });
  });

  it.each([403, 404])('goes when it may not be seen any more: %d', async (status) => {
    const { answer } = heldRequests();
    const { now } = read('v1/keys/1');
    await answer('/v1/keys/1', { n: 1 });
    await vi.waitUntil(() => now().data);
    now().reload();
    await answer('/v1/keys/1', status);
    await expect.poll(now).toMatchObject({ data: undefined, problem: { status } });
  });

  it('is not taken for that of another path', async () => {
    const { answer } = heldRequests();
    const { now, use } = read('v1/keys/1');
    await answer('/v1/keys/1', { n: 1 });
    await vi.waitUntil(() => now().data);
    use({ path: 'v1/keys/2' });
    await answer('/v1/keys/2', 503);
    await expect.poll(now).toMatchObject({ data: undefined, problem: { status: 503 } });
  });
});
