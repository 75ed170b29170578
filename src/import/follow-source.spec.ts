import { describe, expect, it } from 'vitest';
import { followSource } from './follow-source.js';
import type { Following, KnownKey, Life } from './follow-source.js';

const LIVE: Life = { expiresAt: '2031-01-01T00:00:00.000000Z', neverExpires: false, revoked: false };
const REVOKED: Life = { ...LIVE, revoked: true };
const LATER: Life = { ...LIVE, expiresAt: '2032-01-01T00:00:00.000000Z' };
const ENDLESS: Life = { ...LIVE, neverExpires: true };
const ours = (life: Life, seen: Life | null, asImported = true): KnownKey => ({ ...life, seen, asImported });

describe('a key that both programs have', () => {
  it.each<[string, KnownKey, Life, Following]>([
    ['nothing happened', ours(LIVE, LIVE), LIVE, 'keep'],
    ['extended there', ours(LIVE, LIVE), LATER, 'follow'],
    ['revoked there', ours(LIVE, LIVE), REVOKED, 'follow'],
    ['reactivated there', ours(REVOKED, REVOKED), LIVE, 'follow'],
    ['made endless there', ours(LIVE, LIVE), ENDLESS, 'follow'],
    ['changed here only', ours(LATER, LIVE), LIVE, 'keep'],
    ['revoked here only', ours(REVOKED, LIVE), LIVE, 'keep'],
    ['revoked here, extended there', ours(REVOKED, LIVE), LATER, 'conflict'],
    ['extended here, revoked there', ours(LATER, LIVE), REVOKED, 'conflict'],
    ['changed alike on both sides', ours(REVOKED, LIVE), REVOKED, 'keep'],
    ['switched off here, extended there', ours(LIVE, LIVE, false), LATER, 'conflict'],
    ['ended by an administrator here, reactivated there', ours(REVOKED, REVOKED, false), LIVE, 'conflict'],
    ['taken before anything was remembered, and different now', ours(LIVE, null), LATER, 'conflict'],
    ['taken before anything was remembered, and the same', ours(LIVE, null), LIVE, 'keep'],
  ])('%s', (_, key, source, following) => {
    expect(followSource(key, source)).toBe(following);
  });
});
