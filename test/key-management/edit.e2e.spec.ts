import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/audit/audit-trail.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe('a change of a key', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => server.stop());

  const edit = (id: string, body: unknown, sub = ALICE) => server.as(sub, 'PATCH', `/v1/keys/${id}`, body);
  const limited = () =>
    server.createKey({ roles: ['reader', 'writer'], audiences: ['maps', 'files'], scopes: ['a', 'b'] });

  it('reaches every field, and its holder need do nothing', async () => {
    const { id, key } = await server.createKey({ allowedIps: ['10.0.0.0/8'] });
    const body = {
      ...{ name: 'renamed', description: 'for the office', config: { z: 1, a: 2 }, ttlHours: 2 },
      ...{ roles: ['reader'], audiences: ['maps'], allowedIps: null, allowedMethods: ['GET'] },
      ...{ allowedReferers: ['*.example.org'], allowKeyInUrl: false, rateLimit: '5/minute' },
    };
    const { status, body: record } = await edit(id, body);
    const { ttlHours: _, ...shown } = body;
    expect([status, record]).toEqual([200, expect.objectContaining(shown)]);
    expect(Object.keys(record.config)).toEqual(['z', 'a']);
    expect(record.version).toBe(2);
    const ends = Date.parse(record.expiresAt) - server.clock.millis();
    expect(ends).toBe(2 * 3_600_000);
    const asked = { key, audience: 'maps', referer: 'https://a.example.org/' };
    const answer = await server.call('/v1/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    });
    expect(answer.body.code).toBe('CONTEXT_REQUIRED');
    expect((await edit(id, { allowedMethods: null })).body.allowedMethods).toBeNull();
    expect((await server.check(key)).status).toBe(403);
  });

  it.each<[string, object]>([
    ['a role more', { roles: ['reader', 'writer', 'boss'] }],
    ['all roles', { roles: null }],
    ['an application more', { audiences: ['maps', 'files', 'other'] }],
    ['all applications', { audiences: null }],
    ['a scope more', { scopes: ['a', 'b', 'c'] }],
  ])('gives it no more rights: %s', async (_, body) => {
    const { id } = await limited();
    const answer = await edit(id, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'WIDER_THAN_BEFORE']);
    expect(answer.body.detail).toContain(Object.keys(body)[0]);
    expect((await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body.version).toBe(1);
  });

  it('can take rights away, also those of a key that had all', async () => {
    const { id } = await limited();
    const fewer = { roles: ['reader'], audiences: ['files'], scopes: null };
    expect((await edit(id, fewer)).body).toMatchObject(fewer);
    const { id: whole } = await server.createKey();
    expect((await edit(whole, { roles: ['reader'] })).body.roles).toEqual(['reader']);
    expect((await edit(whole, { roles: ['boss'] })).body.code).toBe('WIDER_THAN_BEFORE');
    const { id: other } = await server.createKey();
    expect((await edit(other, { roles: ['boss'] })).body.code).toBe('ROLE_NOT_HELD');
    expect((await edit(other, { scopes: ['a'] })).body.code).toBe('WIDER_THAN_BEFORE');
  });

  it.each<[string, object, string]>([
    ['an unknown field', { owner: BOB }, 'owner'],
    ['no name', { name: null }, 'name'],
    ['an empty name', { name: '' }, 'name'],
    ['a description of 256 characters', { description: 'x'.repeat(256) }, 'description'],
    ['no roles', { roles: [] }, 'roles'],
    ['an octal network', { allowedIps: ['010.0.0.0/8'] }, 'allowedIps'],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['two ends', { expiresAt: '2030-01-01T00:00:00Z', ttlHours: 1 }, 'expiresAt'],
    ['a secret', { key: 'akm_x' }, 'key'],
    ['enabled as text', { enabled: 'yes' }, 'enabled'],
  ])('is refused with the field and the reason: %s', async (_, body, field) => {
    const { id } = await server.createKey();
    const answer = await edit(id, body);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(field)]);
  });

  it('of two editors who have seen the same version is made by the first alone', async () => {
    const { id } = await server.createKey();
    const token = await server.token(ALICE);
    const change = (name: string, version: string) =>
      server.call(`/v1/keys/${id}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'if-match': version,
        },
        body: JSON.stringify({ name }),
      });
    const answers = await Promise.all([change('first', '1'), change('second', '"1"')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(answers.find(({ status }) => status === 412)!.body).toMatchObject({ code: 'CHANGED_MEANWHILE' });
    expect((await change('third', '*')).body).toMatchObject({ name: 'third', version: 3 });
    expect((await change('fourth', 'W/x')).body.code).toBe('INVALID_IF_MATCH');
  });

  it('that changes nothing makes no new version, and one that does says what in the trail', async () => {
    const limits = { roles: ['reader'], allowedIps: ['10.0.0.0/8'], rateLimit: '5/minute', scopes: ['a'] };
    const { id } = await server.createKey({ name: 'n', ...limits });
    expect((await edit(id, { name: 'n', ...limits })).body).toMatchObject({ version: 1, ...limits });
    const { body } = await edit(id, { name: 'm', allowedIps: null, enabled: false });
    expect(Object.keys(body)).not.toContain('limits');
    const [off, line] = await server.get(AuditTrail).page({ keyId: id, limit: 2 });
    expect(off!.action).toBe('key.disabled');
    expect(line).toMatchObject({ action: 'key.changed', via: 'token', actorId: ALICE, login: 'alice' });
    expect(line!.details).toEqual({
      changed: { name: { from: 'n', to: 'm' }, allowedIps: { from: ['10.0.0.0/8'], to: null } },
    });
  });

  it('switches it off and on again', async () => {
    const { id, key } = await server.createKey();
    const off = (await edit(id, { enabled: false })).body;
    expect(off).toMatchObject({ enabled: false, disabledBy: 'owner', state: 'disabled' });
    expect((await server.check(key)).status).toBe(403);
    expect((await edit(id, { enabled: true })).body).toMatchObject({ disabledBy: null, state: 'live' });
    expect((await server.check(key)).status).toBe(200);
  });

  it('tells the real use, not zeros', async () => {
    const { id, key } = await server.createKey();
    for (let i = 0; i < 3; i += 1) await server.check(key);
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'n' }],
      ['POST', '/revoke', {}],
      ['POST', '/renew', { ttlHours: 1 }],
    ] as const)
      expect((await server.as(ALICE, method, `/v1/keys/${id}${path}`, body)).body.usage.accepted).toBe(3);
  });

  it('of another’s key is the same 404 as of none', async () => {
    const { id } = await server.createKey();
    const bodies = [];
    for (const one of [id, 'key_nothing', 'key_%00', '__proto__'])
      for (const [method, path] of [
        ['PATCH', ''],
        ['POST', '/revoke'],
        ['POST', '/renew'],
        ['POST', '/rotate'],
      ] as const) {
        const answer = await server.as(BOB, method, `/v1/keys/${one}${path}`, {});
        expect([one, path, answer.status]).toEqual([one, path, 404]);
        bodies.push(answer.body.detail);
      }
    expect(new Set(bodies).size).toBe(1);
  });

  it('of the owner’s roles shows in the record', async () => {
    const { id } = await server.createKey({ roles: ['writer'] });
    await server.reconcileAs(ALICE, { roles: ['reader', 'painter'] });
    const { rights } = (await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body;
    expect(rights).toEqual({ lost: ['writer'], gained: ['painter'] });
    await server.reconcileAs(ALICE, { roles: ['reader', 'writer'] });
  });

  it('ends all keys of one person, with a reason, and nobody else’s', async () => {
    const bobs = await server.createKey({}, BOB);
    const made = [await server.createKey(), await server.createKey()];
    const answer = await server.as(ALICE, 'POST', '/v1/keys/revoke-all', { reason: 'laptop was lost' });
    expect(answer.body.revoked).toBeGreaterThanOrEqual(2);
    for (const { id, key } of made) {
      expect((await server.check(key)).status).toBe(403);
      const record = (await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body;
      expect(record).toMatchObject({ revokedBy: 'owner', revokeReason: 'laptop was lost', state: 'revoked' });
    }
    expect((await server.check(bobs.key)).status).toBe(200);
  });
});
