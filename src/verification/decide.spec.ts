import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLimits } from '../api-keys/limits.js';
import type { StoredLimits } from '../api-keys/limits.js';
import { decide, effectiveRoles } from './decide.js';
import type { VerificationContext, VerificationPolicy } from './decide.js';
import type { Key } from './outcome.js';

const NOW = Date.parse('2026-11-24T00:00:00Z');
const POLICY: VerificationPolicy = { keysInUrl: true, maxStalenessSeconds: 86_400, lastSyncFailed: false };
const OWNER = {
  id: 'u1',
  login: 'alice',
  enabled: true,
  roles: ['reader', 'writer'],
  groups: ['/org'],
  attributes: {},
  rightsReadAt: NOW,
};
const KEY: Key = {
  keyId: 'key_1',
  digest: 'd',
  name: 'n',
  expiresAt: NOW + 1,
  enabled: true,
  revoked: false,
  limits: parseLimits({}),
  config: {},
  owner: OWNER,
};
/** Of a key and of its limits, whatever isn't as in KEY. */
type Given = Partial<Omit<Key, 'limits'>> & StoredLimits;
const keyWith = (given: Given): Key => {
  const own = Object.entries(given).filter(([name]) => name in KEY);
  const limits = Object.entries(given).filter(([name]) => !(name in KEY));
  return { ...KEY, ...Object.fromEntries(own), limits: parseLimits(Object.fromEntries(limits)) };
};
const judge = (
  key: Given,
  context: Partial<VerificationContext> = {},
  policy: Partial<VerificationPolicy> = {},
) => decide(keyWith(key), { inUrl: false, ...context }, NOW, { ...POLICY, ...policy });

describe('the decision about a key', () => {
  it.each<[string, Given, Partial<VerificationContext>, string | undefined]>([
    ['a live key', {}, {}, undefined],
    ['a revoked key', { revoked: true }, {}, 'REVOKED'],
    ['a disabled key', { enabled: false }, {}, 'DISABLED'],
    ['a key in its last millisecond', { expiresAt: NOW + 1 }, {}, undefined],
    ['a key at its expiry', { expiresAt: NOW }, {}, 'EXPIRED'],
    ['a key without expiry', { expiresAt: null }, {}, undefined],
    ['a key whose owner was disabled', { owner: { ...OWNER, enabled: false } }, {}, 'OWNER_DISABLED'],
    ['a key in the URL', {}, { inUrl: true }, undefined],
    ['a key in the URL that may not be there', { allowKeyInUrl: false }, { inUrl: true }, 'URL_NOT_ALLOWED'],
    ['an IP-bound key without an address', { allowedIps: ['10.0.0.0/8'] }, {}, 'CONTEXT_REQUIRED'],
    ['an IP-bound key from inside', { allowedIps: ['10.0.0.0/8'] }, { clientIp: '10.9.9.9' }, undefined],
    [
      'an IP-bound key from a mapped address',
      { allowedIps: ['10.0.0.0/8'] },
      { clientIp: '::ffff:10.9.9.9' },
      undefined,
    ],
    [
      'an IP-bound key from outside',
      { allowedIps: ['10.0.0.0/8'] },
      { clientIp: '11.0.0.1' },
      'IP_NOT_ALLOWED',
    ],
    [
      'an IPv6-bound key from inside',
      { allowedIps: ['2001:db8::/32'] },
      { clientIp: '2001:db8::1' },
      undefined,
    ],
    ['a referer-bound key without a referer', { allowedReferers: ['good.org'] }, {}, 'CONTEXT_REQUIRED'],
    [
      'a browser-only referer rule without a referer',
      { allowedReferers: ['good.org'], refererPolicy: 'browser' },
      {},
      undefined,
    ],
    [
      'a browser-only referer rule with a foreign origin',
      { allowedReferers: ['good.org'], refererPolicy: 'browser' },
      { origin: 'https://evil.org' },
      'REFERER_NOT_ALLOWED',
    ],
    [
      'an unenforced referer rule',
      { allowedReferers: ['good.org'], refererPolicy: 'never' },
      { origin: 'https://evil.org' },
      undefined,
    ],
    [
      'the right referer',
      { allowedReferers: ['good.org'] },
      { referer: 'https://good.org/map?x' },
      undefined,
    ],
    [
      'a referer with the host in its query',
      { allowedReferers: ['good.org'] },
      { referer: 'https://evil.org/?good.org' },
      'REFERER_NOT_ALLOWED',
    ],
    [
      'a referer with the host as prefix',
      { allowedReferers: ['good.org'] },
      { referer: 'https://good.org.evil.com/' },
      'REFERER_NOT_ALLOWED',
    ],
    [
      'a sub-domain of a wildcard',
      { allowedReferers: ['*.good.org'] },
      { referer: 'https://a.good.org/' },
      undefined,
    ],
    [
      'the wildcard without its dot',
      { allowedReferers: ['*.good.org'] },
      { referer: 'https://evilgood.org/' },
      'REFERER_NOT_ALLOWED',
    ],
    [
      'a foreign origin beside a good referer',
      { allowedReferers: ['good.org'] },
      { origin: 'https://evil.org', referer: 'https://good.org/' },
      'REFERER_NOT_ALLOWED',
    ],
    ['a method-bound key of unknown method', { allowedMethods: ['GET'] }, {}, 'CONTEXT_REQUIRED'],
    ['the right method', { allowedMethods: ['GET'] }, { methods: ['GET'] }, undefined],
    ['a HEAD where GET is right', { allowedMethods: ['GET'] }, { methods: ['HEAD'] }, undefined],
    ['another method', { allowedMethods: ['GET'] }, { methods: ['POST'] }, 'METHOD_NOT_ALLOWED'],
    [
      'two methods told, one of them wrong',
      { allowedMethods: ['GET'] },
      { methods: ['GET', 'DELETE'] },
      'METHOD_NOT_ALLOWED',
    ],
    ['another audience', { audiences: ['a'] }, { audience: 'b' }, 'AUDIENCE_NOT_ALLOWED'],
    ['no audience asked for', { audiences: ['a'] }, {}, 'AUDIENCE_NOT_ALLOWED'],
    ['the right audience', { audiences: ['a'] }, { audience: 'a' }, undefined],
    ['a role that the owner has', {}, { require: [{ kind: 'role', value: 'reader' }] }, undefined],
    [
      'a role that was not chosen for the key',
      { roles: ['reader'] },
      { require: [{ kind: 'role', value: 'writer' }] },
      'INSUFFICIENT_RIGHTS',
    ],
    [
      'a role chosen for the key that the owner lost',
      { roles: ['boss'] },
      { require: [{ kind: 'role', value: 'boss' }] },
      'INSUFFICIENT_RIGHTS',
    ],
    ['a group', {}, { require: [{ kind: 'group', value: '/org' }] }, undefined],
    [
      'a scope of a key without scopes',
      {},
      { require: [{ kind: 'scope', value: 's:read' }] },
      'INSUFFICIENT_RIGHTS',
    ],
  ])('judges %s', (_, key, context, expected) => {
    expect(judge(key, context)).toBe(expected);
  });

  it('refuses rights that are too old only while the synchronisation fails', () => {
    const owner = { ...OWNER, rightsReadAt: NOW - 86_400_001 };
    expect(judge({ owner })).toBeUndefined();
    expect(judge({ owner }, {}, { lastSyncFailed: true })).toBe('RIGHTS_TOO_OLD');
    expect(
      judge({ owner: { ...OWNER, rightsReadAt: NOW - 86_400_000 } }, {}, { lastSyncFailed: true }),
    ).toBeUndefined();
  });

  it('names the first refusal in the order of the contract', () => {
    expect(judge({ revoked: true, enabled: false, expiresAt: 0 })).toBe('REVOKED');
    expect(judge({ enabled: false, expiresAt: 0 })).toBe('DISABLED');
    expect(judge({ expiresAt: 0, owner: { ...OWNER, enabled: false } })).toBe('EXPIRED');
  });

  it('never gives a key more than the owner has', () => {
    expect(effectiveRoles(keyWith({ roles: ['writer', 'boss'] }))).toEqual(['writer']);
  });

  it('never admits more with a restriction than without it', () => {
    const restriction = fc.record({
      allowedIps: fc.option(fc.constant(['10.0.0.0/8'])),
      allowedReferers: fc.option(fc.constant(['good.org'])),
      audiences: fc.option(fc.constant(['a'])),
      roles: fc.option(fc.subarray(['reader', 'writer', 'boss'], { minLength: 1 })),
      allowKeyInUrl: fc.boolean(),
    });
    const context = fc.record({
      inUrl: fc.boolean(),
      clientIp: fc.constantFrom(undefined, '10.1.1.1', '8.8.8.8'),
      origin: fc.constantFrom(undefined, 'https://good.org', 'https://evil.org'),
      audience: fc.constantFrom(undefined, 'a', 'b'),
      require: fc.constantFrom([], [{ kind: 'role' as const, value: 'writer' }]),
    });
    const field = fc.constantFrom(
      'allowedIps' as const,
      'allowedReferers' as const,
      'audiences' as const,
      'roles' as const,
    );
    fc.assert(
      fc.property(restriction, context, field, (limits, asked, lifted) => {
        const bound = decide(keyWith(limits as Given), asked, NOW, POLICY);
        const freed = decide(keyWith({ ...limits, [lifted]: null } as Given), asked, NOW, POLICY);
        expect(bound !== undefined || freed === undefined).toBe(true);
      }),
    );
  });
});
