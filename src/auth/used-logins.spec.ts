import { expect, it } from 'vitest';
import { UsedLogins } from './used-logins.js';

it('remembers a login until its cookie has run out', () => {
  const used = new UsedLogins(1000);
  used.add('a', 0);
  used.add('b', 999);
  expect(used.has('a')).toBe(true);
  used.add('c', 1000);
  expect([used.has('a'), used.has('b'), used.has('toString')]).toEqual([false, true, false]);
});

it('remembers ten thousand at most, the newest', () => {
  const used = new UsedLogins(1000);
  for (let id = 0; id <= 10_000; id += 1) used.add(String(id), 0);
  expect([used.has('0'), used.has('1'), used.has('10000')]).toEqual([false, true, true]);
});
