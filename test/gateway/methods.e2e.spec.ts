import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('a key that is limited to methods', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    ({ key } = await server.createKey({ allowedMethods: ['GET'], description: 'reads tiles' }));
  });
  afterAll(() => server.stop());

  const ask = async (path: string, method = 'GET', headers: Record<string, string> = {}) => {
    const answer = await server.call(path, { method, headers: { 'x-api-key': key, ...headers } });
    return [answer.status, answer.headers.get('x-apikm-code')];
  };

  it.each([
    [{ 'x-original-method': 'GET' }, 200, 'VALID'],
    [{ 'x-original-method': 'HEAD' }, 200, 'VALID'],
    [{ 'x-forwarded-method': 'GET' }, 200, 'VALID'],
    [{ 'x-original-method': 'POST' }, 403, 'METHOD_NOT_ALLOWED'],
    [{ 'x-original-method': 'get' }, 403, 'METHOD_NOT_ALLOWED'],
    [{ 'x-original-method': 'GET', 'x-forwarded-method': 'DELETE' }, 403, 'METHOD_NOT_ALLOWED'],
    // nginx asks by GET whatever the client sent.
    [{}, 403, 'CONTEXT_REQUIRED'],
  ])('passes a gateway that says %j with %i %s', async (headers, status, code) => {
    expect(await ask('/v1/forward-auth', 'GET', headers)).toEqual([status, code]);
  });

  it('passes a gateway that asks with the method itself, by that method', async () => {
    expect(await ask('/v1/forward-auth/tiles/1.tif', 'GET')).toEqual([200, 'VALID']);
    expect(await ask('/v1/forward-auth/tiles/1.tif', 'HEAD')).toEqual([200, 'VALID']);
    expect(await ask('/v1/forward-auth/tiles/1.tif', 'PUT')).toEqual([403, 'METHOD_NOT_ALLOWED']);
  });

  it('is refused where nobody says the method', async () => {
    expect((await ask('/auth/check_key'))[0]).toBe(403);
    const verdict = await server.call('/v1/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    expect(verdict.body).toEqual({ valid: false, code: 'CONTEXT_REQUIRED' });
  });

  it('shows its limit and its description to its owner alone', async () => {
    const { body } = await server.as(ALICE, 'GET', '/v1/keys');
    expect(body.items[0]).toMatchObject({ allowedMethods: ['GET'], description: 'reads tiles', roles: null });
  });

  it.each([
    { allowedMethods: ['get'] },
    { allowedMethods: [] },
    { allowedMethods: 'GET' },
    { allowedMethods: ['GET\r\n'] },
    { description: 'x'.repeat(256) },
    { description: 'a\u202eb' },
  ])('is not made of %j', async (input) => {
    const { status, body } = await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', ...input });
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST']);
  });
});
