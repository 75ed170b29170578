import { describe, expect, it } from 'vitest';
import { digestOf, mintKey, mintPublicId, shapeOf } from './key-material.js';

describe('key material', () => {
  it('mints keys of its own shape, all different', () => {
    const keys = Array.from({ length: 500 }, () => mintKey('akm').secret);
    expect(new Set(keys).size).toBe(500);
    for (const key of keys) {
      expect(key).toMatch(/^akm_[0-9A-Za-z]{38}$/);
      expect(shapeOf(key, ['akm'])).toBe('own');
    }
  });

  it('shows the first four random characters as hint', () => {
    const { secret, hint } = mintKey('akm');
    expect(secret.slice(4, 8)).toBe(hint);
  });

  it.each([
    ['truncated', (key: string) => key.slice(0, -1)],
    ['extended', (key: string) => `${key}0`],
    [
      'changed in one character',
      (key: string) => key.slice(0, 10) + (key[10] === 'a' ? 'b' : 'a') + key.slice(11),
    ],
    ['preceded by a space', (key: string) => ` ${key}`],
    ['followed by NUL', (key: string) => `${key}\u0000`],
    ['of another prefix', (key: string) => key.replace('akm_', 'abc_')],
    ['in upper case', (key: string) => key.toUpperCase()],
  ])('refuses a key that is %s', (_, change) => {
    expect(shapeOf(change(mintKey('akm').secret), ['akm'])).toBe('malformed');
  });

  it.each([
    ['c6aca769-42c4-4ffc-8550-eff8cdb7949b', 'uuid'],
    ['C6ACA769-42C4-4FFC-8550-EFF8CDB7949B', 'malformed'],
    ['wrong', 'malformed'],
    ['', 'malformed'],
  ])('takes %s for %s', (text, shape) => {
    expect(shapeOf(text, ['akm'])).toBe(shape);
  });

  it('digests as the predecessor did, so that its keys go on working', () => {
    expect(digestOf('c6aca769-42c4-4ffc-8550-eff8cdb7949b').toString('hex')).toBe(
      'a1b4eeb96b29509ce757bed89e6148a86457c51d90634d4c78301a3d21fb6604',
    );
  });

  it('makes public ids that hold nothing of a key', () => {
    expect(mintPublicId()).toMatch(/^key_[0-9A-Za-z]{20}$/);
  });
});
