import { expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

it('tells whoever makes keys what holds for them', async () => {
  const server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.0/8' });
  const headers = { authorization: `Bearer ${await server.token(ALICE)}`, 'x-forwarded-for': '203.0.113.7' };
  expect((await server.call('/v1/policy', { headers })).body).toEqual({
    defaultTtlHours: 360,
    maxTtlHours: null,
    mayNeverExpire: true,
    maxKeys: 1000,
    keysInUrl: true,
    servicesOnly: false,
    keyPrefix: 'akm',
    keyHeader: 'x-api-key',
    keyQuery: 'api-key',
    publicUrl: expect.stringMatching(/^http:/),
    clientIp: '203.0.113.7',
  });
  // Behind a trusted proxy that names nobody, the client is unknown.
  expect((await server.as(ALICE, 'GET', '/v1/policy')).body.clientIp).toBeNull();
  expect((await server.call('/v1/policy')).status).toBe(401);
});

it.each([
  [{ APIKM_MAX_APIKEY_TTL_HOUR: '48' }, { maxTtlHours: 48, defaultTtlHours: 48, mayNeverExpire: false }],
  [{ APIKM_NEVER_EXPIRES: 'role:writer' }, { mayNeverExpire: true }],
  [{ APIKM_NEVER_EXPIRES: 'role:other' }, { mayNeverExpire: false }],
  [
    { APIKM_MAX_KEYS_PER_USER: '0', APIKM_KEYS_IN_URL: 'false' },
    { maxKeys: null, keysInUrl: false },
  ],
])('with %o it says %o', async (settings, expected) => {
  const server = await TestServer.start(settings);
  expect((await server.as(ALICE, 'GET', '/v1/policy')).body).toMatchObject(expected);
});
