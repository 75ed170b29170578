import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('the predecessor’s routes', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await TestServer.start();
    ({ key } = await server.createKey());
  });
  afterAll(() => server.stop());

  const rows = async () =>
    server.get(DataSource).query('SELECT id, revoked_at, expires_at FROM api_keys ORDER BY id');

  it.each([
    '/auth/api_key/new?name=seen-by-nobody',
    '/auth/api_key/revoke?api-key=KEY',
    '/auth/api_key/renew?api-key=KEY&expiration-date=2031-01-01',
  ])('change nothing by HEAD: %s', async (path) => {
    const before = await rows();
    const { status, headers } = await server.as(ALICE, 'HEAD', path.replace('KEY', key));
    expect([status, headers.get('allow')]).toEqual([405, 'GET']);
    expect(await rows()).toEqual(before);
  });

  it('are still asked by HEAD what they would list', async () => {
    expect((await server.as(ALICE, 'HEAD', '/auth/api_key/list')).status).toBe(200);
  });

  it.each([
    ['name', 'a%00b'],
    ['name', 'a%0Ab'],
    ['name', 'a%0D%0ASet-Cookie:x'],
    ['name', 'a%E2%80%A8b'],
    ['name', 'x'.repeat(1001)],
    ['allowed_referers', '%00'],
    ['allowed_referers', 'good.org%0Aevil.org'],
    ['allowed_referers', 'x'.repeat(1001)],
  ])('refuse %s=%s, which would break lines of others', async (name, value) => {
    const query = name === 'name' ? `name=${value}` : `name=n&${name}=${value}`;
    const { status, body } = await server.as(ALICE, 'GET', `/auth/api_key/new?${query}`);
    expect([status, body.detail[0].loc]).toEqual([422, ['query', name]]);
  });

  const create = (parameters: Record<string, string>) =>
    server.as(ALICE, 'GET', `/auth/api_key/new?${new URLSearchParams(parameters).toString()}`);

  it('count a name by its characters', async () => {
    expect((await create({ name: '😀'.repeat(1000) })).status).toBe(200);
    expect((await create({ name: '😀'.repeat(1001) })).status).toBe(422);
  });

  it.each(['{"a":9007199254740993}', '{"a":[-9223372036854775808]}', '{"a":1e400}'])(
    'refuse a config whose numbers would be stored as others: %s',
    async (config) => {
      expect((await create({ name: 'n', config })).status).toBe(422);
    },
  );

  it('tell of every parameter that is wrong', async () => {
    const { status, body } = await create({ config: '[1', never_expires: 'perhaps' });
    expect([status, body.detail.map(({ loc }: { loc: unknown }) => loc)]).toEqual([
      422,
      [
        ['query', 'name'],
        ['query', 'config'],
        ['query', 'never_expires'],
      ],
    ]);
  });

  it.each(['0001-01-01T00:00:00+23:59', '9999-12-31T23:59:59-12:00'])(
    'renew to no date that UTC doesn’t have: %s',
    async (date) => {
      const parameters = new URLSearchParams({ 'api-key': key, 'expiration-date': date });
      const { status } = await server.as(ALICE, 'GET', `/auth/api_key/renew?${parameters.toString()}`);
      expect(status).toBe(422);
    },
  );
});
