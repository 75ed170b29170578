import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('/v1/keys', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start()));
  afterAll(() => server.stop());

  /** A body as it stands. */
  const post = async (body: string, more: Record<string, string> = {}) => {
    const authorization = `Bearer ${await server.token(ALICE)}`;
    const headers = { authorization, 'content-type': 'application/json', ...more };
    return server.call('/v1/keys', { method: 'POST', headers, body });
  };

  it.each(['key_%00', 'a%00b', '__proto__', 'constructor', `key_${'x'.repeat(5000)}`])(
    'knows no key %s, as it knows no other stranger’s',
    async (id) => {
      const unknown = await server.as(ALICE, 'GET', '/v1/keys/key_unknown');
      for (const [method, path] of [
        ['GET', `/v1/keys/${id}`],
        ['POST', `/v1/keys/${id}/revoke`],
        ['POST', `/v1/keys/${id}/renew`],
      ] as const) {
        const body = path.endsWith('renew') ? { ttlHours: 1 } : undefined;
        const answer = await server.as(ALICE, method, path, body);
        expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
          404,
          unknown.body.code,
          unknown.body.detail,
        ]);
      }
    },
  );

  it.each(['0000-01-01T00:00:00.000Z key_a', '9999-99-99T00:00:00.000Z key_a', 'constructor key_a', '\0'])(
    'takes no cursor that says %j',
    async (text) => {
      const cursor = Buffer.from(text).toString('base64url');
      const { status, body } = await server.as(ALICE, 'GET', `/v1/keys?cursor=${cursor}`);
      expect([status, body.code]).toEqual([400, 'INVALID_CURSOR']);
    },
  );

  it('makes and renews no key that is over already', async () => {
    const expiresAt = new Date(server.clock.millis()).toISOString();
    const made = await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', expiresAt });
    expect([made.status, made.body.code]).toEqual([400, 'ALREADY_OVER']);
    const { id } = await server.createKey();
    const renewed = await server.as(ALICE, 'POST', `/v1/keys/${id}/renew`, { expiresAt });
    expect([renewed.status, renewed.body.code]).toEqual([400, 'ALREADY_OVER']);
  });

  it.each(['1/99999999 months', '1/2 months', '1/32 days', '1000000001/minute', '0/minute', '1/0 minutes'])(
    'takes no rateLimit of %s',
    async (rateLimit) => {
      expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', rateLimit })).status).toBe(400);
    },
  );

  it.each(['9007199254740993', '-9223372036854775808', '1e400'])(
    'takes no config with the number %s, which would be stored as another',
    async (number) => {
      const answer = await post(`{"name":"n","config":{"a":[{"b":${number}}]}}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_CONFIG']);
    },
  );

  it.each(['{"name":', 'null', '"x"', '[1'])(
    'says of the body %s that it is not a JSON object',
    async (body) => {
      const answer = await post(body);
      expect([answer.status, answer.body.code]).toEqual([400, 'INVALID_REQUEST']);
      expect(answer.body.detail).toContain('not a JSON object');
    },
  );

  it('takes a body that is said to be encoded in no way', async () => {
    expect((await post('{"name":"n"}', { 'content-encoding': 'identity' })).status).toBe(201);
  });

  it('writes no key down where others could read it', async () => {
    const { key, id } = await server.createKey();
    const places = [
      { name: `my ${key}` },
      { description: `${key}!` },
      { config: { of: [key] } },
      { audiences: [key] },
    ];
    for (const place of places) {
      const made = await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', ...place });
      const edited = await server.as(ALICE, 'PATCH', `/v1/keys/${id}`, place);
      for (const { status, text } of [made, edited]) {
        expect(status).toBe(400);
        expect(text).not.toContain(key);
      }
    }
    const legacy = new URLSearchParams({ name: key });
    const { status } = await server.as(ALICE, 'GET', `/auth/api_key/new?${legacy.toString()}`);
    expect(status).toBe(422);
  });

  it.each(['javascript://good.org/', 'file://good.org/x', 'ftp://good.org/', 'data:good.org'])(
    'a key for pages of good.org is refused for %s, which is no page',
    async (referer) => {
      const { key } = await server.createKey({ allowedReferers: ['good.org'] });
      const answer = await server.call('/auth/check_key', { headers: { 'x-api-key': key, referer } });
      expect(answer.status).toBe(403);
    },
  );
});
