import { afterEach, describe, expect, it, vi } from 'vitest';
import { heldRequests, hooked } from '../testing/hook.js';
import { usePages } from './pages.js';

const list = (path: string) => hooked(({ path }) => usePages<string>(path), { path });
const page = (items: string[], nextCursor: string | null = null) => ({ items, nextCursor });

describe('a list, page by page', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('never mixes with another that was asked for meanwhile', async () => {
    const { answer } = heldRequests();
    const { now, use } = list('v1/keys?q=a');
    await answer('/v1/keys?q=a', page(['a1'], 'of-a'));
    await vi.waitUntil(() => now().more);
    now().more!();
    await expect.poll(now).toMatchObject({ isLoading: true });
    use({ path: 'v1/keys?q=b' });
    await answer('/v1/keys?q=b', page(['b1'], 'of-b'));
    await expect.poll(now).toMatchObject({ items: ['b1'] });
    await answer('/v1/keys?q=a&cursor=of-a', page(['a2'], 'of-a-too'));
    await expect.poll(now).toMatchObject({ isLoading: false });
    expect(now().items).toEqual(['b1']);
    now().more!();
    await answer('/v1/keys?q=b&cursor=of-b', page(['b2']));
    await expect.poll(now).toMatchObject({ items: ['b1', 'b2'], more: undefined });
  });

  it('stays whole when reading it anew fails', async () => {
    const { answer } = heldRequests();
    const { now } = list('v1/keys');
    await answer('/v1/keys', page(['1'], 'next'));
    await vi.waitUntil(() => now().more);
    now().more!();
    await answer('/v1/keys?cursor=next', page(['2']));
    await expect.poll(now).toMatchObject({ items: ['1', '2'] });
    now().reload();
    await answer('/v1/keys', 503);
    await expect.poll(now).toMatchObject({ items: ['1', '2'], problem: { status: 503 } });
  });

  it('says apart that a further page failed, which can be asked for again', async () => {
    const { answer } = heldRequests();
    const { now } = list('v1/keys');
    await answer('/v1/keys', page(['1'], 'next'));
    await vi.waitUntil(() => now().more);
    now().more!();
    await answer('/v1/keys?cursor=next', 503);
    await expect.poll(now).toMatchObject({ moreProblem: { status: 503 }, problem: undefined });
    now().more!();
    await answer('/v1/keys?cursor=next', page(['2']));
    await expect.poll(now).toMatchObject({ items: ['1', '2'], moreProblem: undefined });
  });
});
