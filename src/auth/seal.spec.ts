import { expect, it } from 'vitest';
import { Seal } from './seal.js';

const value = { id: 'a' };

it('opens what it closed, in its place alone', () => {
  const seal = new Seal(['one'], 'test');
  const text = seal.close('here', value);
  expect(seal.open('here', text)).toEqual(value);
  expect(seal.open('there', text)).toBeUndefined();
});

it('opens with every secret, and closes with the first', () => {
  const [old, both, fresh] = [['one'], ['two', 'one'], ['two']].map((secrets) => new Seal(secrets, 'test'));
  expect(both!.open('here', old!.close('here', value))).toEqual(value);
  expect(fresh!.open('here', both!.close('here', value))).toEqual(value);
  expect(old!.open('here', both!.close('here', value))).toBeUndefined();
});

it('opens nothing of another purpose', () => {
  const text = new Seal(['one'], 'other').close('here', value);
  expect(new Seal(['one'], 'test').open('here', text)).toBeUndefined();
});

it('opens nothing that was altered, cut, or never sealed', () => {
  const seal = new Seal(['one'], 'test');
  const bytes = Buffer.from(seal.close('here', value), 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes);
    altered[at]! ^= 1;
    expect(seal.open('here', altered.toString('base64url'))).toBeUndefined();
    expect(seal.open('here', bytes.subarray(0, at).toString('base64url'))).toBeUndefined();
  }
  for (const text of ['', 'constructor', '__proto__', 'A'.repeat(100), 'A'.repeat(100_000)])
    expect(seal.open('here', text)).toBeUndefined();
});
