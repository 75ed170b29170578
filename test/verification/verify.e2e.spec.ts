import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const REFUSED = '{"detail":"Wrong, revoked, or expired API key."}';
const MISSING = '{"detail":"An API key must be passed as query or header"}';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a verification', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  it('answers as the predecessor did', async () => {
    const { key } = await server.createKey({ config: { quota: 5, plan: 'mine' } });
    const { status, text } = await server.check(key);
    expect(status).toBe(200);
    expect(text).toBe(
      `{"user_id":"${ALICE}","user_login":"alice","iam_roles":["reader","writer"],"config":{"quota":5,"plan":["gold"],"projects":null}}`,
    );
  });

  it('takes the key by every carrier', async () => {
    const { key } = await server.createKey();
    const by = async (path: string, headers: Record<string, string> = {}) =>
      (await server.call(path, { headers })).status;
    expect(await by('/auth/check_key', { 'x-api-key': key })).toBe(200);
    expect(await by('/auth/check_key', { authorization: `Bearer ${key}` })).toBe(200);
    expect(await by('/auth/check_key', { authorization: basic(`any:${key}`) })).toBe(200);
    expect(await by('/auth/check_key', { authorization: basic(`${key}:`) })).toBe(200);
    expect(await by(`/auth/check_key?api-key=${key}`)).toBe(200);
    expect(await by(`/k/${key}/auth/check_key`)).toBe(200);
  });

  it.each([
    ['no key', '/auth/check_key', {}, 403, MISSING],
    ['an empty header', '/auth/check_key', { 'x-api-key': '' }, 403, MISSING],
    ['an empty query', '/auth/check_key?api-key=', {}, 403, MISSING],
    ['a wrong key', '/auth/check_key', { 'x-api-key': 'wrong' }, 403, REFUSED],
    ['an unknown UUID', '/auth/check_key?api-key=00000000-0000-4000-8000-000000000000', {}, 403, REFUSED],
    ['a wrong key in the path', '/k/wrong/auth/check_key', {}, 403, REFUSED],
    ['capitals in the path', '/k/Wrong_Key/auth/check_key', {}, 404, '{"detail":"Not Found"}'],
    [
      'a path key without a route',
      '/k/c6aca769-42c4-4ffc-8550-eff8cdb7949b',
      {},
      404,
      '{"detail":"Not Found"}',
    ],
    ['an encoded slash in the path', '/k/wrong%2F../auth/check_key', {}, 404, '{"detail":"Not Found"}'],
    ['an encoded k', '/%6B/wrong/auth/check_key', {}, 404, '{"detail":"Not Found"}'],
    ['a doubled slash', '//k/wrong/auth/check_key', {}, 404, '{"detail":"Not Found"}'],
    ['a very long key', '/auth/check_key', { 'x-api-key': 'x'.repeat(5000) }, 403, REFUSED],
  ])('of %s is answered as the predecessor did', async (_, path, headers, status, body) => {
    const answer = await server.call(path, { headers: headers as Record<string, string> });
    expect([answer.status, answer.text]).toEqual([status, body]);
  });

  it('by another method is told which one is allowed', async () => {
    const answer = await server.call('/auth/check_key', { method: 'POST' });
    expect([answer.status, answer.text, answer.headers.get('allow')]).toEqual([
      405,
      '{"detail":"Method Not Allowed"}',
      'GET',
    ]);
  });

  it('stops within the same second when the key is revoked, and starts when it is renewed', async () => {
    const { key, id } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`)).status).toBe(200);
    expect((await server.check(key)).text).toBe(REFUSED);
    expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 1 })).status).toBe(200);
    expect((await server.check(key)).status).toBe(200);
  });

  it('ends to the second when the key expires, warm or not', async () => {
    const { key } = await server.createKey({ ttlHours: 1 });
    expect((await server.check(key)).status).toBe(200);
    server.clock.advance(3599);
    expect((await server.check(key)).status).toBe(200);
    server.clock.advance(1);
    expect((await server.check(key)).status).toBe(403);
  });

  it('follows Keycloak: disabled, enabled, deleted, and never a failure of it', async () => {
    const { key } = await server.createKey({}, BOB);
    const bob = server.keycloak.people.get(BOB)!;
    bob.enabled = false;
    await server.synchronize();
    expect((await server.check(key)).status).toBe(403);
    expect((await server.as(BOB, 'GET', '/auth/me')).status).toBe(401);
    bob.enabled = true;
    await server.synchronize();
    expect((await server.check(key)).status).toBe(200);
    for (const broken of [
      { status: 500, body: '{}' },
      { status: 404, body: '{"error":"Realm not found"}' },
      { status: 200, body: '<html>' },
    ]) {
      server.keycloak.broken = broken;
      await server.synchronize();
      expect((await server.check(key)).status).toBe(200);
    }
    server.keycloak.broken = undefined;
    server.keycloak.people.delete(BOB);
    await server.synchronize();
    expect((await server.check(key)).status).toBe(403);
    server.keycloak.add(bob);
  });

  it('by POST /v1/verify tells the decision and everything a service needs', async () => {
    const { key, id } = await server.createKey({
      roles: ['reader'],
      audiences: ['maps'],
      scopes: ['s:read'],
    });
    const verify = (body: object) =>
      server.call('/v1/verify', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await verify({ key, audience: 'maps', require: 'role:reader,scope:s:read' })).body).toMatchObject(
      {
        valid: true,
        keyId: id,
        owner: { id: ALICE, login: 'alice' },
        roles: ['reader'],
        groups: ['/org'],
      },
    );
    expect((await verify({ key, audience: 'other' })).body).toEqual({
      valid: false,
      code: 'AUDIENCE_NOT_ALLOWED',
    });
    expect((await verify({ key, audience: 'maps', require: 'role:writer' })).body).toEqual({
      valid: false,
      code: 'INSUFFICIENT_RIGHTS',
    });
    expect((await verify({ key: 'wrong' })).body).toEqual({ valid: false, code: 'MALFORMED' });
    expect((await verify({ key, userId: 'x' })).status).toBe(400);
    expect((await verify({})).headers.get('content-type')).toMatch('application/problem+json');
  });

  it('by POST /v1/verify takes an empty demand for none that it could grant', async () => {
    const { key } = await server.createKey();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ key, require: '' });
    const answer = await server.call('/v1/verify', { method: 'POST', headers, body });
    expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_REQUIREMENT']);
  });

  it('is counted, accepted and refused apart', async () => {
    const { key, id } = await server.createKey();
    await server.check(key);
    await server.check(key);
    await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    await server.check(key);
    const { body } = await server.as(ALICE, 'GET', `/v1/keys/${id}`);
    expect(body.usage).toMatchObject({ accepted: 2, refused: 1 });
  });
});

describe('the throttle', () => {
  it('blocks a client after too many different wrong keys, and the same one again is free', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '3/minute' });
    for (let i = 0; i < 5; i += 1) expect((await server.check('wrong')).status).toBe(403);
    await server.check('wrong2');
    await server.check('wrong3');
    const blocked = await server.check('wrong4');
    expect(blocked.status).toBe(429);
    expect(blocked.body).toEqual({
      error: 'Rate limit exceeded: 3 per 1 minute',
      detail: 'Rate limit exceeded: 3 per 1 minute',
    });
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
    server.clock.advance(61);
    expect((await server.check('wrong5')).status).toBe(403);
  });
});
