import { describe, expect, it } from 'vitest';
import { canonicalRange, readAddress, readRange } from './addresses.js';

describe('an address', () => {
  it.each([
    '010.0.0.1',
    '192.168.010.001',
    '10',
    '10.1',
    '192.168.1',
    '0x0a000001',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4 ',
    '',
    '::g',
    '1'.repeat(10_000),
  ])('is not read of %j', (text) => {
    expect(readAddress(text)).toBeUndefined();
    expect(readRange(text)).toBeUndefined();
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8::0007', '2001:db8::7'],
  ])('%s is %s', (text, canonical) => {
    expect(readAddress(text)?.toString()).toBe(canonical);
  });
});

describe('a network', () => {
  it.each([
    ['192.168.1.77/24', '192.168.1.0/24'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.255.255.255/9', '10.128.0.0/9'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7/32'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::ffff:127.0.0.0/104', '127.0.0.0/8'],
    ['2001:db8:1:2::77/48', '2001:db8:1::/48'],
    ['2001:db8::/128', '2001:db8::/128'],
    ['::/0', '::/0'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalRange(text)).toBe(canonical);
    expect(canonicalRange(canonical)).toBe(canonical);
  });

  it.each([
    '010.0.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '/8',
    '::ffff:10.0.0.0/95',
    '::/129',
    'fe80::1%eth0/64',
    '10.0.0.0/8 ',
  ])('is not read of %j', (text) => {
    expect(readRange(text)).toBeUndefined();
  });
});
