import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe("the predecessor's routes", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_LEGACY_KEY_FORMAT: 'uuid' });
  });
  afterAll(() => server.stop());
  const get = (path: string, sub = ALICE) => server.as(sub, 'GET', `/auth/api_key/${path}`);
  const make = async (query = 'name=first'): Promise<string> => (await get(`new?${query}`)).body as string;

  it('give a key as a JSON string, which verifies', async () => {
    const key = await make(
      'name=second%20%C3%A9&config=%7B%22quota%22%3A5%7D&allowed_referers=a.example&never_expires=true',
    );
    expect(key).toMatch(/^[0-9a-f-]{36}$/);
    expect((await server.check(key)).body.config).toEqual({ quota: 5, plan: ['gold'], projects: null });
  });

  it.each([
    ['new', '[{"type":"missing","loc":["query","name"],"msg":"Field required","input":null}]'],
    ['revoke', '[{"type":"missing","loc":["query","api-key"],"msg":"Field required","input":null}]'],
    ['renew', '[{"type":"missing","loc":["query","api-key"],"msg":"Field required","input":null}]'],
    [
      'new?name=x&never_expires=maybe',
      '[{"type":"bool_parsing","loc":["query","never_expires"],"msg":"Input should be a valid boolean, unable to interpret input","input":"maybe"}]',
    ],
  ])('refuse %s as before', async (path, detail) => {
    const { status, text } = await get(path);
    expect([status, text]).toEqual([422, `{"detail":${detail}}`]);
  });

  it.each([
    'config=notjson',
    'config=%5B1%5D',
    'config=',
    `config=%7B%22a%22%3A%22${'x'.repeat(9000)}%22%7D`,
  ])('refuse %.20s', async (query) => {
    expect((await get(`new?name=x&${query}`)).status).toBe(422);
  });

  it.each(['config=null', 'config=0', 'config=%5B%5D', 'never_expires=0', 'config=%7B%7D'])(
    'take %s',
    async (query) => {
      expect((await get(`new?name=&${query}`)).status).toBe(200);
    },
  );

  it('revoke with null, also what is unknown or another person has', async () => {
    const key = await make();
    expect((await get(`revoke?api-key=${key}`, BOB)).text).toBe('null');
    expect((await server.check(key)).status).toBe(200);
    expect((await get(`revoke?api-key=${key}`)).text).toBe('null');
    expect((await get('revoke?api-key=unknown')).text).toBe('null');
    expect((await server.check(key)).status).toBe(403);
  });

  it.each([
    ['2030-W01-1', '2029-12-31 00:00:00', '2029-12-31T00:00:00'],
    ['20300101', '2030-01-01 00:00:00', '2030-01-01T00:00:00'],
    ['2030-01-01x03:04Z', '2030-01-01 03:04:00+00:00', '2030-01-01T03:04:00'],
    ['2030-01-01T03:04:05,5+02', '2030-01-01 03:04:05.500000+02:00', '2030-01-01T01:04:05.500000'],
    ['2030-01-01T00:00:00.123456', '2030-01-01 00:00:00.123456', '2030-01-01T00:00:00.123456'],
    ['2030-01-01T00:00:00.000001', '2030-01-01 00:00:00.000001', '2030-01-01T00:00:00.000001'],
    ['2030-01-01T00:00:00.000', '2030-01-01 00:00:00', '2030-01-01T00:00:00'],
    ['9999-12-31T23:59:59.999999', '9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999'],
  ])('take the date %s to the microsecond, in the sentence and in the list', async (date, said, listed) => {
    const key = await make(`name=${encodeURIComponent(date)}`);
    const { text } = await get(`renew?api-key=${key}&expiration-date=${encodeURIComponent(date)}`);
    expect(text).toBe(`"The new expiration date for the API key is ${said}"`);
    const rows = (await get('list')).body as { name: string; expiration_date: string }[];
    expect(rows.find(({ name }) => name === date)!.expiration_date).toBe(listed);
  });

  it('forget the microseconds of an end before the last one', async () => {
    const key = await make('name=twice');
    await get(`renew?api-key=${key}&expiration-date=2030-01-01T00:00:00.000789`);
    await get(`renew?api-key=${key}&expiration-date=2030-01-01T00:00:00`);
    const rows = (await get('list')).body as { name: string; expiration_date: string }[];
    expect(rows.find(({ name }) => name === 'twice')!.expiration_date).toBe('2030-01-01T00:00:00');
  });

  it('renew with the sentences of old', async () => {
    const key = await make();
    await get(`revoke?api-key=${key}`);
    const renew = async (date: string) =>
      (await get(`renew?api-key=${key}&expiration-date=${encodeURIComponent(date)}`)).body as unknown;
    expect(await renew('2030-01-02T03:04:05+02:00')).toBe(
      'This API key was revoked and has been reactivated. The new expiration date for the API key is 2030-01-02 03:04:05+02:00',
    );
    expect(await renew('2031-06-01')).toBe('The new expiration date for the API key is 2031-06-01 00:00:00');
    expect((await server.check(key)).status).toBe(200);
    expect(await renew('2020-01-01T00:00:00Z')).toBe(
      'The new expiration date for the API key is 2020-01-01 00:00:00+00:00',
    );
    expect((await server.check(key)).status).toBe(403);
    expect(await renew('')).toMatch(
      /^The new expiration date for the API key is \d{4}-\d\d-\d\d [\d:.]+\+00:00$/,
    );
    expect((await get(`renew?api-key=${key}&expiration-date=tomorrow`)).status).toBe(422);
    expect((await get('renew?api-key=unknown')).text).toBe('{"detail":"API key not found"}');
    expect((await get(`renew?api-key=${key}`, BOB)).status).toBe(404);
  });

  it('list with the latest used first, nulls left out, dates without offset', async () => {
    server.clock.advance(1);
    const used = await make('name=used&allowed_referers=a.example');
    await server.check(used);
    const [first, ...others] = (await get('list')).body as Record<string, unknown>[];
    expect(first).toMatchObject({
      name: 'used',
      is_active: true,
      user_active: true,
      total_queries: 1,
      allowed_referers: ['a.example'],
    });
    expect(Object.keys(first!)).toEqual([
      'api_key',
      'name',
      'user_login',
      'user_active',
      'is_active',
      'never_expire',
      'expiration_date',
      'latest_query_date',
      'total_queries',
      'latest_sync_date',
      'iam_roles',
      'config',
      'allowed_referers',
    ]);
    expect(first!.expiration_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?$/);
    expect(others.at(-1)).not.toHaveProperty('allowed_referers');
  });

  it('without a login say so as before', async () => {
    const answer = await server.call('/auth/api_key/list');
    expect([answer.status, answer.text]).toEqual([401, '{"detail":"Not authenticated"}']);
  });
});
