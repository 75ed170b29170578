import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.js';

it('tells of every setting in the README, and of none that is not there', () => {
  const told = new Set(readFileSync('README.md', 'utf8').match(/\bAPIKM_[A-Z0-9_]+/g));
  expect([...told].sort()).toEqual(Object.keys(SETTINGS).sort());
});
