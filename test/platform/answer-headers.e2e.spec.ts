import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('an answer', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
  });
  afterAll(() => server.stop());

  it.each([
    ['POST', '/v1/keys', { name: 'n' }],
    ['GET', '/v1/keys'],
    ['GET', '/v1/me'],
    ['GET', '/auth/api_key/new?name=n'],
    ['GET', '/auth/api_key/list'],
    ['GET', '/auth/me'],
    ['GET', '/v1/admin/keys'],
    ['GET', '/v1/keys/key_unknown'],
  ] as const)('to %s %s is kept by nobody on its way', async (method, path, body?: object) => {
    for (const sub of [ALICE, 'admin']) {
      const { headers } = await server.as(sub, method, path, body);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each(['/v1/me', '/v1/keys', '/auth/me', '/health/live', '/openapi.json', '/auth/api_key/new?name=seen'])(
    'to GET %s is whole, whatever the asker says to have already',
    async (path) => {
      const authorization = `Bearer ${await server.token(ALICE)}`;
      const conditions = { 'if-none-match': '*', 'if-modified-since': new Date().toUTCString() };
      for (const [name, value] of Object.entries(conditions)) {
        const answer = await server.call(path, { headers: { authorization, [name]: value } });
        expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
        expect(answer.text).not.toBe('');
      }
    },
  );

  it('that is for everybody, and never changes, may be kept', async () => {
    const { headers } = await server.call('/brand/accent.css');
    expect(headers.get('cache-control')).toContain('immutable');
  });
});
