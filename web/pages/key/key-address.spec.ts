import { expect, it } from 'vitest';
import { FILTERS } from '../keys/filters.js';
import { keyAddress, listAddress } from './key-address.js';

it('the list under a key keeps every filter, and nothing of the key’s own page', () => {
  const narrowed = `?${FILTERS.map((name) => `${name}=x`).join('&')}`;
  expect(listAddress(`${narrowed}&show=history&edit=1`)).toBe(`/${narrowed}`);
  expect(keyAddress('key_1', `${narrowed}&show=history`)).toBe(`/keys/key_1${narrowed}`);
});
