import { describe, expect, it } from 'vitest';
import { isMassChange, losesEverything } from './mass-change.js';

describe('a mass change', () => {
  it.each([
    [10, 10, false],
    [11, 11, true],
    [11, 54, true],
    [11, 55, false],
    [200, 1000, false],
    [201, 1000, true],
    [0, 0, false],
  ])('%i losers of %i owners: %s', (losers, owners, expected) => {
    expect(isMassChange(losers, owners)).toBe(expected);
  });
});

describe('losing everything', () => {
  const person = { enabled: true, roles: ['reader'], groups: [] as string[] };

  it.each([
    ['a role is left', person, person, false],
    ['nothing is left', person, { ...person, roles: [] }, true],
    ['a group is left', person, { ...person, roles: [], groups: ['/g'] }, false],
    ['only disabled', person, { ...person, enabled: false }, false],
    ['had nothing', { ...person, roles: [] }, { ...person, roles: [] }, false],
    ['was disabled before', { ...person, enabled: false }, { ...person, roles: [] }, false],
  ])('%s', (_, before, after, expected) => {
    expect(losesEverything(before, after)).toBe(expected);
  });
});
