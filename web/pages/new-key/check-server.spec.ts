import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { checkedConfig } from '../../../src/api-keys/key-config.js';
import { LimitsDto } from '../../../src/inventory/limits.record.js';
import { en } from '../../texts/en.js';
import { configError, isHost, isNetwork, isRate } from './check.js';

const takes = (limits: object): boolean => validateSync(plainToInstance(LimitsDto, limits)).length === 0;

function takesConfig(text: string): boolean {
  try {
    checkedConfig(JSON.parse(text));
    return true;
  } catch {
    return false;
  }
}

describe('the form lets pass what the server takes, and nothing else', () => {
  it.each([
    ...['100/minute', '1 per day', '20/5 minutes', '5/HOUR', '1000000000/day', '1/month', '30/30 days'],
    ...['', '0/minute', '100', '100/fortnight', '100/0 minutes', '1/minute; 2/hour', '1e3/minute', '-1/day'],
    ...['1000000001/day', '1/2 months', '1/31 days', '01/minute'],
  ])('of a rate: %s', (text) => expect(isRate(text)).toBe(takes({ rateLimit: text })));

  it.each([
    ...['www.example.org', '*.example.org', 'localhost', 'a-b.example', 'WWW.EXAMPLE.ORG', '127.0.0.1'],
    ...['https://example.org', 'example.org/', '*', '*.', '.example.org', 'a..b', 'exämple.org', 'a:8080'],
  ])('of a page: %s', (text) => expect(isHost(text)).toBe(takes({ allowedReferers: [text] })));

  it.each([
    ...['10.0.0.0/8', '203.0.113.7', '0.0.0.0/0', '2001:db8::/32', '::1', '::ffff:10.0.0.1', '::/0'],
    ...['10.0.0.0/33', '2001:db8::/129', '256.0.0.1', '010.0.0.1', '10.0.0', '10.0.0.0/', '10.0.0.0/8/8'],
    ...['example.org', '2001:db8', ':::', 'fe80::1%eth0', '10.0.0.0/08', '10.0.0.1/8', '1::2::3'],
  ])('of a network: %s', (text) => expect(isNetwork(text)).toBe(takes({ allowedIps: [text] })));

  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const large = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes - 8) });
  it.each([
    ['an object', '{"quota": 5}'],
    ['an empty object', '{}'],
    ['a list', '[1]'],
    ['a number', '5'],
    ['as deep as may be', nested(8)],
    ['deeper', nested(9)],
    ['lists that are deeper', '{"a":[[[[[[[[1]]]]]]]]}'],
    ['as large as may be', large(8192)],
    ['larger', large(8193)],
    ['a number that was rounded', '{"a": 9007199254740993}'],
    ['NUL', '{"a": "\\u0000"}'],
    ['half a pair', '{"a": "\\ud800"}'],
    ['a pair', '{"a": "😀"}'],
  ])('of the configuration: %s', (_, text) =>
    expect(configError(text, en.newKey) === undefined).toBe(takesConfig(text)),
  );
});
