import { expect, it } from 'vitest';
import { networkOf } from './client-address.js';

it.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['64:ff9b::203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
  ['::1', '::/48'],
  ['nobody', null],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
