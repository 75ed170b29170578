import { describe, expect, it } from 'vitest';
import { judgeUpgrade, PREDECESSOR, UnknownVersion } from './judge.js';
import type { Release } from './releases.js';

/** 1.2.0 makes what 1.1.0 still needed go away. */
const RELEASES: readonly Release[] = [
  { version: '1.0.0', schema: 1, beside: '1.0.0' },
  { version: '1.1.0', schema: 2, beside: '1.0.0' },
  { version: '1.1.1', schema: 2, beside: '1.0.0' },
];
const LATER: readonly Release[] = [...RELEASES, { version: '1.2.0', schema: 3, beside: '1.1.0' }];

describe('an upgrade', () => {
  it.each([
    ['to the version that runs already', RELEASES, '1.1.1', true, 'nothing to upgrade'],
    ['named as a tag', RELEASES, 'v1.1.1', true, 'nothing to upgrade'],
    ['that leaves the schema as it is', RELEASES, '1.1.0', true, 'The schema stays'],
    ['that only adds to the schema', RELEASES, '1.0.0', true, 'older replicas keep working on it'],
    ['from the eldest version that gets on with it', LATER, '1.1.0', true, 'one after another'],
    ['from a patch of that', LATER, '1.1.1', true, 'one after another'],
    ['that takes away what the old version needs', LATER, '1.0.0', false, 'go to 1.1.0 first'],
    ['from the predecessor', LATER, PREDECESSOR, false, 'moving-over'],
  ])('%s', (_, releases, from, isRolling, says) => {
    const verdict = judgeUpgrade(from, releases);
    expect(verdict.isRolling).toBe(isRolling);
    expect(verdict.sentences.join(' ')).toContain(says);
  });

  it.each(['1.3.0', '', 'latest', '1'])('from %j is nothing that can be told of', (from) => {
    expect(() => judgeUpgrade(from, LATER)).toThrow(UnknownVersion);
  });
});
