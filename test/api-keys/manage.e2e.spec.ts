import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe('managing keys', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_MAX_KEYS_PER_USER: '30' });
  });
  afterAll(() => server.stop());

  it('needs a login, and an API key is none', async () => {
    const { key } = await server.createKey();
    for (const headers of [{}, { 'x-api-key': key }, { authorization: `Bearer ${key}` }] as Record<
      string,
      string
    >[]) {
      const answer = await server.call('/v1/keys', { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it.each([
    ['of another client', { azp: 'other', aud: 'other' }],
    ['that is an ID token', { typ: 'ID' }],
    ['that is a refresh token', { typ: 'Refresh' }],
    ['of another issuer', { iss: 'https://evil.example' }],
  ])('refuses a token %s', async (_, claims) => {
    const token = await server.keycloak.accessToken(ALICE, claims);
    expect((await server.call('/v1/me', { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  it('shows the secret once and nowhere else', async () => {
    const { key, id } = await server.createKey({ name: 'once' });
    const { text: one } = await server.as(ALICE, 'GET', `/v1/keys/${id}`);
    const { text: all } = await server.as(ALICE, 'GET', '/v1/keys');
    expect(one + all).not.toContain(key);
    expect(one + all).not.toContain('digest');
    expect(JSON.parse(one)).toMatchObject({ id, name: 'once', hint: key.slice(4, 8) });
  });

  it("treats another's key as none", async () => {
    const { id } = await server.createKey();
    const strange = await server.as(BOB, 'GET', `/v1/keys/${id}`);
    const none = await server.as(BOB, 'GET', '/v1/keys/key_none');
    expect([strange.status, strange.body.code]).toEqual([404, none.body.code]);
    expect((await server.as(BOB, 'POST', `/v1/keys/${id}/revoke`)).status).toBe(404);
    expect((await server.as(BOB, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 1 })).status).toBe(404);
  });

  it.each([
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name of 129 characters', { name: 'x'.repeat(129) }],
    ['a name with NUL', { name: 'a\u0000b' }],
    ['a name that turns the text around', { name: 'a\u202eb' }],
    ['a name with half a pair', { name: 'a\ud800' }],
    ['an owner', { owner: BOB }],
    ['a user id', { userId: BOB }],
    ['no roles at all', { roles: [] }],
    ['a role not held', { roles: ['boss'] }],
    ['a CIDR that is none', { allowedIps: ['10.0.0.0/99'] }],
    ['two lifetimes', { ttlHours: 1, neverExpires: true }],
    ['a negative lifetime', { ttlHours: -1 }],
    ['a day that is none', { expiresAt: '2027-02-30T00:00:00Z' }],
    ['a config that is a list', { config: [1] }],
    ['a deep config', { config: { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } } }],
  ])('refuses %s with a sentence', async (_, input) => {
    const answer = await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', ...input });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      status: 400,
      code: expect.stringMatching(/^[A-Z_]+$/),
      detail: expect.stringMatching(/\w+ \w+/),
    });
  });

  it('refuses a config over 8 KiB and a body that is no JSON', async () => {
    expect(
      (await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', config: { a: 'x'.repeat(9000) } })).status,
    ).toBe(413);
    const headers = { authorization: `Bearer ${await server.keycloak.accessToken(ALICE)}` };
    expect((await server.call('/v1/keys', { method: 'POST', headers, body: 'name=x' })).status).toBe(415);
    const json = { ...headers, 'content-type': 'application/json' };
    expect((await server.call('/v1/keys', { method: 'POST', headers: json, body: '{' })).status).toBe(400);
  });

  it.each([
    [undefined, "-H 'Content-Type: application/json'"],
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
    ['application/json; charset=ISO-8859-1', 'ISO-8859-1'],
    ['application/json;charset="utf-7"', 'utf-7'],
  ])('says what is wrong with a body of the type %s', async (type, help) => {
    const headers: Record<string, string> = {
      authorization: `Bearer ${await server.keycloak.accessToken(ALICE)}`,
    };
    if (type) headers['content-type'] = type;
    const body = Buffer.from('{"name":"n"}');
    const answer = await server.call('/v1/keys', { method: 'POST', headers, body });
    expect([answer.status, answer.body.detail]).toEqual([415, expect.stringContaining(help)]);
  });

  it.each(['application/json; charset=utf8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
    'takes a body of the type %s',
    async (type) => {
      const headers = {
        authorization: `Bearer ${await server.keycloak.accessToken(ALICE)}`,
        'content-type': type,
      };
      const body = JSON.stringify({ name: 'Schlüssel' });
      const answer = await server.call('/v1/keys', { method: 'POST', headers, body });
      expect([answer.status, answer.body.name]).toEqual([201, 'Schlüssel']);
    },
  );

  it.each(['limit=0', 'limit=-1', 'limit=1e9', 'cursor=broken', 'owner=x', 'status=odd'])(
    'refuses the list with %s',
    async (query) => {
      expect((await server.as(ALICE, 'GET', `/v1/keys?${query}`)).status).toBe(400);
    },
  );

  it('lists page by page, each key once', async () => {
    for (let i = 0; i < 5; i += 1) await server.createKey({ name: `page ${i}` }, BOB);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await server.as(BOB, 'GET', `/v1/keys?limit=2&q=PAGE${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.body.items.map((item: { name: string }) => item.name));
      cursor = page.body.nextCursor;
    }
    expect(seen.sort()).toEqual(['page 0', 'page 1', 'page 2', 'page 3', 'page 4']);
  });

  it('keeps to the limit when keys are made in parallel', async () => {
    server.keycloak.add({ id: 'carol', username: 'carol' });
    const made = await Promise.all(
      Array.from({ length: 35 }, () => server.as('carol', 'POST', '/v1/keys', { name: 'n' })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(made.filter(({ status }) => status === 409)).toHaveLength(5);
  });

  it('tells who one is, in both forms', async () => {
    expect((await server.as(ALICE, 'GET', '/auth/me')).body).toEqual({
      user_id: ALICE,
      user_login: 'alice',
      roles: ['reader', 'writer'],
      attributes: { plan: ['gold'], projects: null },
    });
    expect((await server.as(ALICE, 'GET', '/v1/me')).body).toMatchObject({
      id: ALICE,
      login: 'alice',
      isAdmin: false,
    });
  });
});
