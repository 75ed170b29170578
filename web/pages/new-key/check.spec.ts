import { describe, expect, it } from 'vitest';
import { Problem } from '../../api/call.js';
import type { OwnPolicy } from '../../api/types.js';
import { en } from '../../texts/en.js';
import { configError, errorsIn, errorsOf, isNetwork } from './check.js';
import { draftFromLink, wantedKey } from './draft.js';
import { hoursToChoose } from './end-question.js';

const policy: OwnPolicy = {
  ...{ defaultTtlHours: 360, maxTtlHours: null, mayNeverExpire: true, maxKeys: null, keysInUrl: true },
  ...{ servicesOnly: false, keyPrefix: 'akm', keyHeader: 'x-api-key', keyQuery: 'api-key' },
  ...{ publicUrl: 'https://keys.example.org', clientIp: null },
};

it.each([
  ['10.0.0.0/8', true],
  ['203.0.113.7', true],
  ['2001:db8::/32', true],
  ['::1', true],
  ['::ffff:10.0.0.1', true],
  ['10.0.0.0/33', false],
  ['2001:db8::/129', false],
  ['256.0.0.1', false],
  ['010.0.0.1', false],
  ['10.0.0', false],
  ['10.0.0.0/8/8', false],
  ['example.org', false],
  ['2001:db8', false],
])('takes %s for a network: %s', (text, expected) => {
  expect(isNetwork(text)).toBe(expected);
});

it.each([
  ['', undefined],
  ['{"quota": 5}', undefined],
  ['[1]', en.newKey.errors.configObject],
  ['null', en.newKey.errors.configObject],
  ['{"a":', expect.stringContaining('no JSON')],
  [JSON.stringify({ a: 'x'.repeat(9000) }), en.newKey.errors.configSize],
  [`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, en.newKey.errors.configDepth],
])('says of the configuration %.20s what is wrong with it', (text, expected) => {
  expect(configError(text, en.newKey)).toEqual(expected);
});

describe('a link', () => {
  it('fills in what it names, within what is allowed', () => {
    const link = 'name=QGIS&audience=tiles,stac&ttlHours=9000&for=webmap';
    const draft = draftFromLink(link, { ...policy, maxTtlHours: 720, keysInUrl: false });
    expect(wantedKey(draft)).toMatchObject({
      ...{ name: 'QGIS', audiences: ['tiles', 'stac'], ttlHours: 720 },
      ...{ allowedMethods: ['GET'], allowKeyInUrl: false, rateLimit: '600/minute' },
    });
  });

  it('fills in nothing that is none', () => {
    const draft = draftFromLink('ttlHours=-1&for=constructor&name=', policy);
    expect([draft.end, draft.purpose, draft.name]).toEqual(['360', '', '']);
  });
});

describe('a form', () => {
  const draft = draftFromLink('name=k', policy);

  it('with nothing but a name is a key', () => {
    expect(errorsIn(draft, policy, en.newKey)).toEqual({});
    expect(JSON.parse(JSON.stringify(wantedKey(draft)))).toEqual({
      name: 'k',
      ttlHours: 360,
      allowKeyInUrl: true,
    });
  });

  it('says at each field what is wrong', () => {
    const wrong = {
      ...draft,
      ...{ name: ' ', end: 'date', date: '2020-01-01', onlyServices: true, onlyRoles: true },
      ...{ networks: '10.0.0.0/8, x', referers: 'https://x', rate: '0/minute', config: '{' },
    };
    const fields = ['name', 'end', 'services', 'roles', 'networks', 'referers', 'rate', 'config'];
    expect(Object.keys(errorsIn(wrong, policy, en.newKey))).toEqual(fields);
  });
});

it('puts what the server refused at the field that it speaks of', () => {
  const refused = (code: string, detail: string) => errorsOf(new Problem(400, code, detail), en);
  expect(Object.keys(refused('ROLE_NOT_HELD', 'x'))).toEqual(['roles']);
  expect(Object.keys(refused('TOO_MANY_KEYS', 'x'))).toEqual(['form']);
  const sentences =
    'name must hold no control or direction characters; each value of allowedIps must be a CIDR';
  expect(Object.keys(refused('INVALID_REQUEST', sentences))).toEqual(['name', 'networks']);
});

it('offers no end beyond what is allowed, and the longest that is', () => {
  expect(hoursToChoose(policy, '360')).toEqual([1, 24, 168, 360, 720, 2160, 8760]);
  expect(hoursToChoose({ ...policy, defaultTtlHours: 48, maxTtlHours: 100 }, '5')).toEqual([
    1, 5, 24, 48, 100,
  ]);
});
