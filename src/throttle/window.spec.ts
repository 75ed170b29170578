import { describe, expect, it } from 'vitest';
import { freshWindow, hit, isReached, lifted } from './window.js';
import type { Window } from './window.js';

const NOW = 1_000_000;
const LIMIT = 5;
const own = (tokens: string[], endsAt = NOW + 60_000): Window => {
  const window = freshWindow(endsAt);
  tokens.forEach((token) => hit(window, token));
  return window;
};

describe('a window that several replicas share', () => {
  it.each([
    { shared: 4, reached: false },
    { shared: 5, reached: true },
  ])('is reached by all together: $shared of 5', ({ shared, reached }) => {
    expect(isReached(lifted(own(['a']), shared, NOW + 30_000, NOW), LIMIT, NOW)).toBe(reached);
  });

  it('counts a key once that other replicas have seen too', () => {
    const window = lifted(own(['a']), 4, NOW + 30_000, NOW);
    ['b', 'c', 'd'].forEach((token) => hit(window, token));
    expect(isReached(window, LIMIT, NOW)).toBe(false);
    hit(window, 'e');
    expect(isReached(window, LIMIT, NOW)).toBe(true);
  });

  it('ends when it ends for all', () => {
    const window = lifted(own(['a']), 5, NOW + 10_000, NOW);
    expect(isReached(window, LIMIT, NOW + 9_999)).toBe(true);
    expect(isReached(window, LIMIT, NOW + 10_000)).toBe(false);
  });

  it('keeps what was counted here when the common count was lost', () => {
    const window = lifted(own(['a', 'b', 'c', 'd', 'e'], NOW + 10_000), 1, NOW + 60_000, NOW);
    expect(isReached(window, LIMIT, NOW + 9_999)).toBe(true);
    expect(isReached(window, LIMIT, NOW + 10_000)).toBe(false);
  });

  it('is not lowered by a total that comes late', () => {
    const reached = lifted(own([]), 5, NOW + 10_000, NOW);
    expect(isReached(lifted(reached, 3, NOW + 10_000, NOW), LIMIT, NOW)).toBe(true);
  });

  it('takes nothing of an ended period along', () => {
    const ended = lifted(own(['a', 'b', 'c', 'd'], NOW), 1, NOW + 60_000, NOW);
    expect([ended.hits, ended.shared, ended.seen.length]).toEqual([0, 1, 0]);
  });

  it('is reached by a client that was never seen here', () => {
    expect(isReached(lifted(freshWindow(0), 5, NOW + 10_000, NOW), LIMIT, NOW)).toBe(true);
  });
});
