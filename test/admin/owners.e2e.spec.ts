import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/audit/verify.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const ROUTES = [
  ['GET', '/v1/admin/owners'],
  ['GET', '/v1/admin/owners/ID'],
  ['POST', '/v1/admin/owners/ID/revoke-all'],
  ['POST', '/v1/admin/owners/ID/erase'],
] as const;

describe('the people behind keys', () => {
  let server: TestServer;
  let people = 0;
  let carol: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_MAX_KEYS_PER_USER: '3' });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    people += 1;
    carol = `carol-${people}`;
    const attributes = { plan: [`plan${people}end`], projects: [`project${people}end`] };
    server.keycloak.add({
      id: carol,
      username: `cara${people}`,
      firstName: `First${people}end`,
      roles: ['reader'],
      attributes,
    });
  });

  const admin = (method: string, path: string, body?: unknown) =>
    server.as('admin', method, `/v1/admin/${path}`, body);
  const person = async (id: string) => (await admin('GET', `owners/${id}`)).body;
  const renew = (id: string) => server.as(carol, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 1 });
  const query = (sql: string, values: unknown[] = []) =>
    server.get(DataSource).query<Record<string, unknown>[]>(sql, values);

  it.each(ROUTES)('are for administrators alone: %s %s', async (method, route) => {
    const path = route.replace('ID', ALICE);
    expect((await server.call(path, { method })).status).toBe(401);
    const { status, body } = await server.as(ALICE, method, path, method === 'POST' ? {} : undefined);
    expect([status, body.code]).toEqual([403, 'ADMIN_ONLY']);
  });

  it('are listed page by page, and found by the beginning of id, login or name', async () => {
    await server.createKey({}, carol);
    await server.createKey({});
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await admin('GET', `owners?limit=1${cursor && `&cursor=${cursor}`}`);
      expect(body.items).toHaveLength(1);
      seen.push(body.items[0].id as string);
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(expect.arrayContaining([ALICE, 'admin', carol]));
    expect(new Set(seen).size).toBe(seen.length);
    const found = async (q: string) =>
      ((await admin('GET', `owners?q=${q}`)).body.items as { id: string }[]).map(({ id }) => id);
    expect(await found('ALI')).toEqual([ALICE]);
    expect(await found(carol)).toEqual([carol]);
    expect(await found(`cara${people}`)).toEqual([carol]);
    expect(await found('lice')).toEqual([]);
    expect(await found('%25')).toEqual([]);
    expect(await found('c_r')).toEqual([]);
    const [row] = (await admin('GET', 'owners?q=alice')).body.items;
    expect(row).toMatchObject({ id: ALICE, login: 'alice', enabled: true, roles: ['reader', 'writer'] });
    expect(row.liveKeys).toBe(1);
  });

  it('are shown with what stops when one leaves', async () => {
    const maps = await server.createKey({ name: 'maps', audiences: ['maps'] }, carol);
    const any = await server.createKey({ name: 'any' }, carol);
    const ended = await server.createKey({ name: 'ended' }, carol);
    for (let use = 0; use < 6; use += 1) await server.call('/v1/verify', verify(maps.key, 'maps'));
    for (let use = 0; use < 3; use += 1) await server.check(any.key);
    await server.check(ended.key);
    await server.get(UsageFlusher).flush();
    await server.as(carol, 'POST', `/v1/keys/${ended.id}/revoke`, {});
    expect(await person(carol)).toMatchObject({
      ...{
        id: carol,
        login: `cara${people}`,
        enabled: true,
        roles: ['reader'],
        groups: ['/org'],
        liveKeys: 2,
      },
      counts: { live: 2, disabled: 0, expired: 0, revoked: 1 },
      leaving: {
        ...{ liveKeys: 2, anyService: true, usesPerDay: 0.3 },
        services: [{ audience: 'maps', title: null }],
        keys: [
          { id: maps.id, name: 'maps', audiences: ['maps'], accepted: 6 },
          { id: any.id, name: 'any', audiences: null, accepted: 3 },
        ],
      },
    });
    server.clock.advance(31 * 86_400);
    expect((await person(carol)).leaving).toMatchObject({
      services: [],
      anyService: false,
      usesPerDay: 0,
      keys: [],
    });
  });

  it('can’t bring back a key that an administrator ended, and are told why', async () => {
    const { id, key } = await server.createKey({}, carol);
    const { status, body } = await admin('POST', `keys/${id}/revoke`, { reason: 'found in public' });
    expect([status, body.state, body.revokedBy]).toEqual([200, 'revoked', 'admin']);
    expect((await server.check(key)).status).toBe(403);
    expect([(await renew(id)).status, (await renew(id)).body.code]).toEqual([409, 'REVOKED_FOR_GOOD']);
    const shown = await server.as(carol, 'GET', `/v1/keys/${id}`);
    expect(shown.body).toMatchObject({ revokedBy: 'admin', revokeReason: 'found in public' });
    expect((await admin('POST', `keys/${id}/enable`)).status).toBe(409);
    expect((await admin('POST', `keys/${id}/disable`, {})).status).toBe(409);
    const again = await admin('POST', `keys/${id}/revoke`);
    expect(again.body).toMatchObject({ version: body.version, revokeReason: 'found in public' });
  });

  it('can’t bring back a key that they had ended themselves before an administrator did', async () => {
    const { id } = await server.createKey({}, carol);
    const own = await server.as(carol, 'POST', `/v1/keys/${id}/revoke`, { reason: 'lost' });
    server.clock.advance(60);
    const { body } = await admin('POST', `keys/${id}/revoke`);
    expect(body).toMatchObject({ revokedBy: 'admin', revokeReason: 'lost', revokedAt: own.body.revokedAt });
    expect((await renew(id)).status).toBe(409);
  });

  it('can’t switch on what an administrator switched off, while that one can', async () => {
    const { id, key } = await server.createKey({}, carol);
    const off = await admin('POST', `keys/${id}/disable`, { reason: 'looks odd' });
    expect(off.body).toMatchObject({ state: 'disabled', enabled: false, disabledBy: 'admin' });
    expect((await server.check(key)).status).toBe(403);
    const own = await server.as(carol, 'PATCH', `/v1/keys/${id}`, { enabled: true });
    expect([own.status, own.body.code]).toEqual([409, 'DISABLED_BY_ADMINISTRATOR']);
    const on = await admin('POST', `keys/${id}/enable`);
    expect(on.body).toMatchObject({ state: 'live', enabled: true, disabledBy: null });
    expect((await server.check(key)).status).toBe(200);
  });

  it('get no key more than may live by an administrator switching one on', async () => {
    const { id } = await server.createKey({}, carol);
    await admin('POST', `keys/${id}/disable`);
    for (let more = 0; more < 3; more += 1) await server.createKey({}, carol);
    const { status, body } = await admin('POST', `keys/${id}/enable`);
    expect([status, body.code]).toEqual([409, 'TOO_MANY_KEYS']);
  });

  it('lose all keys at once, for good', async () => {
    const [live, off, own] = [
      await server.createKey({}, carol),
      await server.createKey({}, carol),
      await server.createKey({}, carol),
    ];
    await server.as(carol, 'PATCH', `/v1/keys/${off.id}`, { enabled: false });
    await server.as(carol, 'POST', `/v1/keys/${own.id}/revoke`, {});
    const { status, body } = await admin('POST', `owners/${carol}/revoke-all`, { reason: 'left' });
    expect([status, body]).toEqual([200, { revoked: 2 }]);
    expect((await server.check(live.key)).status).toBe(403);
    for (const { id } of [live, off, own]) expect((await renew(id)).status).toBe(409);
    expect((await person(carol)).counts).toEqual({ live: 0, disabled: 0, expired: 0, revoked: 3 });
    expect((await admin('POST', `owners/${carol}/revoke-all`)).body).toEqual({ revoked: 0 });
    await server.createKey({}, carol);
  });

  it('are forgotten but for their ids, and the audit stays whole', async () => {
    const { id, key } = await server.createKey({}, carol);
    const { status, body } = await admin('POST', `owners/${carol}/erase`, { reason: 'asked to' });
    expect([status, body]).toEqual([200, { revoked: 1 }]);
    expect((await server.check(key)).status).toBe(403);
    expect(await person(carol)).toMatchObject({
      ...{ id: carol, login: null, name: null, enabled: false, roles: [], groups: [] },
      counts: { live: 0, revoked: 1 },
    });
    const shown = (await admin('GET', `keys/${id}`)).body;
    expect(shown).toMatchObject({ id, revokedBy: 'admin', owner: { id: carol, login: null, name: null } });
    const audit = await admin('GET', `audit?owner=${carol}&limit=100`);
    const lines = audit.body.items as Record<string, any>[];
    expect(lines[0]).toMatchObject({
      action: 'owner.erased',
      login: 'root',
      details: { reason: 'asked to' },
    });
    expect(lines.find(({ action }) => action === 'key.created')).toMatchObject({
      actorId: carol,
      login: null,
    });
    await expectGone(`cara${people}`, `First${people}end`, `plan${people}end`, `project${people}end`);
  });

  it('are not half erased: where the last step fails, their keys are good and the trail says nothing', async () => {
    const { key } = await server.createKey({}, carol);
    const whom = `id <> '${carol}' OR login IS NOT NULL`;
    await query(`ALTER TABLE owners ADD CONSTRAINT unforgettable CHECK (${whom}) NOT VALID`);
    const { status } = await admin('POST', `owners/${carol}/erase`, {});
    await query('ALTER TABLE owners DROP CONSTRAINT unforgettable');
    expect(status).toBe(500);
    expect((await server.check(key)).status).toBe(200);
    expect(await person(carol)).toMatchObject({ login: `cara${people}`, enabled: true, counts: { live: 1 } });
    const lines = (await admin('GET', `audit?owner=${carol}`)).body.items as { action: string }[];
    expect(lines.map(({ action }) => action)).not.toContain('key.revoked');
  });

  it('who erase themselves are forgotten like others', async () => {
    server.keycloak.add({ id: 'leaver', username: 'parting', roles: ['apikm-admin'] });
    const { status } = await server.as('leaver', 'POST', '/v1/admin/owners/leaver/erase', {});
    expect(status).toBe(200);
    await expectGone('parting');
  });

  it('are known again by a login of theirs, without the keys', async () => {
    const { id } = await server.createKey({}, carol);
    await admin('POST', `owners/${carol}/erase`);
    server.clock.advance(1);
    expect((await server.as(carol, 'GET', '/v1/keys')).body.items[0]).toMatchObject({ id, state: 'revoked' });
    expect(await person(carol)).toMatchObject({ login: `cara${people}`, enabled: true, roles: ['reader'] });
    expect((await renew(id)).status).toBe(409);
  });

  it.each(['nobody', '%00', 'a%00b', '%ED%A0%80', '__proto__', 'constructor', 'x'.repeat(5000)])(
    'are not found by %s',
    async (id) => {
      for (const [method, end] of [
        ['GET', ''],
        ['POST', '/revoke-all'],
        ['POST', '/erase'],
      ] as const)
        expect([400, 404]).toContain((await admin(method, `owners/${id}${end}`)).status);
    },
  );

  it.each([
    'q=',
    'q=%00',
    'q=a&q=b',
    'q[a]=b',
    'cursor=',
    'cursor=%00',
    'limit=-1',
    'limit=101',
    'limit=x',
    'sort=id',
  ])('are not listed by %s', async (text) => {
    expect((await admin('GET', `owners?${text}`)).status).toBe(400);
  });

  it.each([
    { reason: '' },
    { reason: null },
    { reason: 'x'.repeat(256) },
    { reason: 'a\0b' },
    { reason: '\ud800' },
    { reason: ['a'] },
    { reason: { a: 1 } },
    { why: 'x' },
    ['reason'],
    JSON.parse('{"__proto__":{"reason":"x"}}'),
    { constructor: 'x' },
    { toString: 'x' },
    { hasOwnProperty: 'x' },
  ])('lose nothing to a request that says %j', async (body) => {
    const { id } = await server.createKey({}, carol);
    for (const path of [
      `keys/${id}/revoke`,
      `keys/${id}/disable`,
      `owners/${carol}/revoke-all`,
      `owners/${carol}/erase`,
    ])
      expect([path, (await admin('POST', path, body)).status]).toEqual([path, 400]);
    expect((await person(carol)).liveKeys).toBe(1);
  });

  async function expectGone(...words: string[]): Promise<void> {
    for (const table of ['owners', 'audit', 'audit_logins', 'audit_waiting', 'api_keys']) {
      const rows = JSON.stringify(await query(`SELECT * FROM ${table}`));
      for (const word of words) expect([table, word, rows.includes(word)]).toEqual([table, word, false]);
    }
    await verifyChain(server.get(DataSource));
  }
});

const verify = (key: string, audience: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ key, audience }),
});
