import { describe, expect, it } from 'vitest';
import { Problem } from '../../api/call.js';
import type { OwnPolicy } from '../../api/types.js';
import { en } from '../../texts/en.js';
import { fr } from '../../texts/fr.js';
import { wrongBy, wrongIn } from './edit-check.js';
import { editFrom, localOf, usualEnd } from './edit-draft.js';
import type { Draft } from './edit-draft.js';

const policy: OwnPolicy = {
  ...{ defaultTtlHours: 360, maxTtlHours: 720, mayNeverExpire: true, maxKeys: null, keysInUrl: true },
  ...{ servicesOnly: false, keyPrefix: 'akm', keyHeader: 'x-api-key', keyQuery: 'api-key' },
  ...{ publicUrl: 'https://keys.example.org', clientIp: null },
};
const before: Draft = {
  ...{ name: 'k', description: '', ends: '2020-01-01T00:00', never: false },
  ...{ roles: null, audiences: ['tiles'], scopes: ['tiles:read'] },
  ...{ allowedIps: '', allowedReferers: '', allowedMethods: '', rateLimit: 'as of old' },
  ...{ allowKeyInUrl: false, config: '' },
};
const inHours = (hours: number): string => localOf(new Date(Date.now() + hours * 3_600_000).toISOString());
const wrong = (part: Partial<Draft>, t = en) => wrongIn(before, { ...before, ...part }, t, policy);

describe('a key that is edited', () => {
  it.each([
    ['name', { name: ' ' }, en.newKey.errors.name],
    ['allowedIps', { allowedIps: '10.0.0.0/8\n999.1.1.1' }, en.newKey.errors.network('999.1.1.1')],
    ['allowedReferers', { allowedReferers: 'http://bad' }, en.newKey.errors.referer('http://bad')],
    ['allowedMethods', { allowedMethods: 'get, 12' }, en.key.edit.methodWrong('12')],
    ['rateLimit', { rateLimit: 'often' }, en.newKey.errors.rate],
    ['config', { config: '[]' }, en.newKey.errors.configObject],
    ['roles', { roles: [] }, en.key.edit.needsOne],
    ['audiences', { audiences: [] }, en.key.edit.needsOne],
    ['scopes', { scopes: [] }, en.key.edit.needsOne],
    ['ends', { ends: '' }, en.key.edit.endMissing],
    ['ends', { ends: inHours(-1) }, en.key.edit.endOver],
    ['ends', { ends: inHours(721) }, en.newKey.errors.tooLate],
  ] as const)('is told at its field what is wrong: %s', (name, part, expected) => {
    expect(wrong(part)).toEqual({ [name]: expected });
  });

  it('tells all that is wrong, in the language of the page', () => {
    const part = { allowedIps: 'x', rateLimit: 'often' };
    expect(wrong(part, fr)).toEqual({
      allowedIps: fr.newKey.errors.network('x'),
      rateLimit: fr.newKey.errors.rate,
    });
  });

  it('is as good as it was in what is left alone', () => {
    expect(wrong({})).toEqual({});
    expect(wrong({ ends: inHours(24), rateLimit: '5/minute', allowedMethods: 'get, HEAD' })).toEqual({});
  });

  it('can lose its end, and get one', () => {
    const endless = { ...before, ends: '', never: true };
    expect(wrong({ never: true })).toEqual({});
    expect(editFrom(before, { ...before, never: true })).toEqual({ neverExpires: true });
    expect(wrongIn(endless, { ...endless, never: false }, en, policy)).toEqual({
      ends: en.key.edit.endMissing,
    });
    const ends = usualEnd(policy);
    expect(wrongIn(endless, { ...endless, never: false, ends }, en, policy)).toEqual({});
    expect(editFrom(endless, { ...endless, never: false, ends })).toEqual({
      expiresAt: new Date(ends).toISOString(),
    });
  });
});

it('puts what the server alone could tell at its field, in the language of the page, and the rest nowhere', () => {
  const refused = (code: string) => wrongBy(new Problem(400, code, 'x'), fr);
  expect(refused('NEVER_EXPIRES_NOT_ALLOWED')).toEqual({ ends: fr.key.edit.neverForbidden });
  expect(refused('ROLE_NOT_HELD')).toEqual({ roles: fr.key.edit.roleLost });
  expect(refused('INVALID_REQUEST')).toEqual({});
  expect(wrongBy(undefined, fr)).toEqual({});
});
