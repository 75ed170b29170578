import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const ROUTES = [
  ['GET', '/v1/admin/keys'],
  ['GET', '/v1/admin/keys?format=csv'],
  ['GET', '/v1/admin/keys/ID'],
  ['POST', '/v1/admin/keys/ID/revoke'],
  ['POST', '/v1/admin/keys/ID/disable'],
  ['POST', '/v1/admin/keys/ID/enable'],
] as const;

describe('everybody’s keys', () => {
  let server: TestServer;
  const ids: Record<string, string> = {};
  const secrets: string[] = [];
  beforeAll(async () => {
    server = await TestServer.start();
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    const made: [string, object, string?][] = [
      ['banana', { ttlHours: 30 }],
      ['Apple', { ttlHours: 10, description: 'for 100% of_it' }],
      ['cherry', { neverExpires: true, audiences: ['maps'] }, BOB],
      ['date', { ttlHours: 1 }],
      ['elder', { ttlHours: 20 }, BOB],
      ['fig', { ttlHours: 40, audiences: ['files'] }],
    ];
    for (const [name, input, sub] of made) {
      const { id, key } = await server.createKey({ name, ...input }, sub);
      ids[name] = id;
      secrets.push(key);
      server.clock.advance(60);
      if (name !== 'cherry' && name !== 'date') await server.check(key);
    }
    server.clock.advance(3600);
    await server.get(UsageFlusher).flush();
    await server.as(BOB, 'POST', `/v1/keys/${ids.elder}/revoke`, {});
    await server.as(ALICE, 'PATCH', `/v1/keys/${ids.fig}`, { enabled: false });
  });
  afterAll(() => server.stop());

  const list = (query: string) => server.as('admin', 'GET', `/v1/admin/keys?${query}`);
  const names = async (query: string) =>
    ((await list(query)).body.items as { name: string }[]).map(({ name }) => name).join(' ');

  it.each(ROUTES)('are for administrators alone: %s %s', async (method, route) => {
    const path = route.replace('ID', ids.date!);
    const body = method === 'POST' ? {} : undefined;
    expect((await server.call(path, { method })).status).toBe(401);
    const { status, body: problem } = await server.as(ALICE, method, path, body);
    expect([status, problem.code]).toEqual([403, 'ADMIN_ONLY']);
    const withKey = await server.call(path, { method, headers: { 'x-api-key': secrets[0]! } });
    expect(withKey.status).toBe(401);
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'are read where a %s asks for more',
    async (header) => {
      const headers = { authorization: `Bearer ${await server.token('admin')}`, [header]: 'POST' };
      expect((await server.call(`/v1/admin/keys/${ids.date}/revoke`, { headers })).status).toBe(405);
      const read = await server.call(`/v1/admin/keys/${ids.date}?_method=POST`, { headers });
      expect([read.status, read.body.state]).toEqual([200, 'expired']);
    },
  );

  it.each([
    ['', 'fig elder date cherry Apple banana'],
    ['sort=created', 'banana Apple cherry date elder fig'],
    ['sort=-created', 'fig elder date cherry Apple banana'],
    ['sort=name', 'Apple banana cherry date elder fig'],
    ['sort=-name', 'fig elder date cherry banana Apple'],
    ['sort=expires', 'date Apple elder banana fig cherry'],
    ['sort=-expires', 'cherry fig banana elder Apple date'],
    ['sort=lastUsed&q=a', 'banana Apple date'],
    ['sort=-lastUsed&q=a', 'Apple banana date'],
    ['owner=alice&sort=name', 'Apple banana date fig'],
    ['owner=BOB&sort=name', 'cherry elder'],
    [`owner=${BOB}&status=live`, 'cherry'],
    ['owner=nobody', ''],
    ['status=live', 'cherry Apple banana'],
    ['status=live,disabled&sort=name', 'Apple banana cherry fig'],
    ['status=expired', 'date'],
    ['status=revoked', 'elder'],
    ['q=AN', 'banana'],
    ['q=100%25', 'Apple'],
    ['audience=maps', 'cherry'],
    ['neverExpires=true', 'cherry'],
    ['neverExpires=false&sort=name&status=live', 'Apple banana'],
  ])('by %s are: %s', async (query, expected) => {
    expect(await names(query)).toBe(expected);
  });

  it('are found by what ends soon, and by what nobody has used for long', async () => {
    const at = (seconds: number) => new Date(server.clock.millis() + seconds * 1000).toISOString();
    expect(await names(`expiresBefore=${at(12 * 3600)}&status=live`)).toBe('Apple');
    expect(await names(`unusedSince=${at(-3660)}&sort=name`)).toBe('Apple banana cherry date');
    expect(await names(`unusedSince=${at(-3600 * 24)}`)).toBe('');
  });

  it.each(['created', '-created', 'name', '-name', 'expires', '-expires', 'lastUsed', '-lastUsed'])(
    'are each once in the pages by %s',
    async (sort) => {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await list(`limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`);
        seen.push(...(body.items as { name: string }[]).map(({ name }) => name));
        cursor = body.nextCursor;
      }
      expect(seen.sort()).toEqual(['Apple', 'banana', 'cherry', 'date', 'elder', 'fig']);
    },
  );

  it('are shown with whose they are, and never a key itself', async () => {
    const answers = [
      await list(''),
      await list('format=csv'),
      await server.as('admin', 'GET', `/v1/admin/keys/${ids.cherry}`),
    ];
    expect(answers[2]!.body).toMatchObject({
      id: ids.cherry,
      owner: { id: BOB, login: 'bob', enabled: true },
      audiences: ['maps'],
    });
    for (const { text } of answers) {
      for (const secret of secrets) expect(text).not.toContain(secret.slice(12));
      expect(text).not.toContain('digest');
    }
  });

  it('come as a table where a program asks for CSV, and as JSON elsewhere', async () => {
    const authorization = `Bearer ${await server.token('admin')}`;
    const asked = (accept: string, query = '') =>
      server.call(`/v1/admin/keys${query}`, { headers: { authorization, accept } });
    const table = await asked('text/csv', '?owner=bob&sort=name&limit=1');
    expect(table.headers.get('content-type')).toContain('text/csv');
    expect(table.headers.get('content-disposition')).toContain('attachment');
    expect(table.headers.get('vary')).toContain('Accept');
    const [head, cherry, elder, end] = table.text.split('\n');
    expect(head).toMatch(/^id,name,description,state,owner,ownerLogin,/);
    expect(cherry).toContain(`${ids.cherry},cherry,,live,${BOB},bob,true,`);
    expect(cherry).toContain(',never,');
    expect(elder).toContain(`${ids.elder},elder,,revoked,`);
    expect(end).toBe('');
    for (const accept of ['*/*', 'application/json', 'text/html,*/*;q=0.8', 'text/csv;q=0.1, */*'])
      expect((await asked(accept)).body.items).toHaveLength(6);
    expect((await asked('text/csv', '?format=json')).body.items).toHaveLength(6);
    expect((await asked('application/json', '?format=csv&owner=nobody')).text).toBe(`${head}\n`);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['＝1', "'＝1"],
    ['a,b', '"a,b"'],
    ['<b>"x"</b>', '"<b>""x""</b>"'],
    ['two\nlines', '"two\nlines"'],
    ['\u001b[31mred', '\u001b[31mred'],
  ])('called %j stand in the table as %j: text, and in one cell', async (name, cell) => {
    // As an import may have brought it: what is made here holds no control characters.
    const update = 'UPDATE api_keys SET name = $1 WHERE id = $2';
    await server.get(DataSource).query(update, [name, ids.date]);
    const { text } = await list('format=csv&status=expired');
    expect(text).toContain(`\n${ids.date},${cell},,expired,`);
    expect((await list('status=expired')).body.items[0].name).toBe(name);
    await server.get(DataSource).query(update, ['date', ids.date]);
  });

  it.each([
    'status=',
    'status=live,odd',
    'status=live&status=revoked',
    'sort=constructor',
    'sort=__proto__',
    'q=',
    'q=a&q=b',
    'q[a]=b',
    'q=%00',
    'owner=%00',
    'owner=',
    'owner=alice&owner=bob',
    'audience=%00',
    'limit=-1',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=1&limit=2',
    'format=xml',
    'format=csv&format=json',
    'constructor=1',
    'hasOwnProperty=1',
    'digest=x',
    'expiresBefore=tomorrow',
    'expiresBefore=2030-02-30T00:00:00Z',
    'expiresBefore=2030-01-01T24:00:01Z',
    'expiresBefore=0000-01-01T00:00:00Z',
    'unusedSince=0000-01-01T00:00:00Z',
    'unusedSince=0001-01-01T00:00:00%2B23:00',
    'neverExpires=maybe',
    'cursor=null',
    'cursor=%00',
    `cursor=${Buffer.from('["-created","2026-02-31 00:00:00+00","key_1"]').toString('base64url')}`,
  ])('are refused for %s', async (query) => {
    expect((await list(query)).status).toBe(400);
  });

  it.each(['q=%ED%A0%80', 'q=%', '__proto__=1', 'expiresBefore=9999-12-31T23:59:59-23:59'])(
    'survive %s',
    async (query) => {
      expect((await list(query)).status).toBeLessThan(500);
    },
  );

  it.each(['key_unknown', 'key_%00', '%ED%A0%80', '__proto__', 'constructor', `key_${'x'.repeat(5000)}`])(
    'are not found by %s',
    async (id) => {
      for (const [method, end] of [
        ['GET', ''],
        ['POST', '/revoke'],
        ['POST', '/disable'],
        ['POST', '/enable'],
      ] as const) {
        const { status } = await server.as('admin', method, `/v1/admin/keys/${id}${end}`);
        expect([400, 404]).toContain(status);
      }
    },
  );
});
