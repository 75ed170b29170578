import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/audit/audit-trail.js';
import { RotatedKeys } from '../../src/key-management/rotated-keys.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const HOUR = 3600;

describe('a key in place of another', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_MAX_KEYS_PER_USER: '5' });
  });
  afterAll(() => server.stop());

  const rotate = async (id: string, body: object = {}, headers: Record<string, string> = {}) => {
    const token = await server.token(ALICE);
    return server.call(`/v1/keys/${id}/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  };
  const record = async (id: string) => (await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body;
  const passes = async (key: string) => (await server.check(key)).status === 200;
  const endAll = () => server.as(ALICE, 'POST', '/v1/keys/revoke-all', {});

  it('has its limits and its length of life; both are good until the overlap is over', async () => {
    const limits = {
      roles: ['reader'],
      allowedReferers: ['a.org'],
      rateLimit: '90/minute',
      config: { a: 1 },
    };
    const old = await server.createKey({ name: 'old', description: 'd', ttlHours: 100, ...limits });
    const { status, body } = await rotate(old.id, { overlapHours: 2 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ name: 'old', description: 'd', replaces: old.id, ...limits });
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(100 * HOUR * 1000);
    expect(await record(old.id)).toMatchObject({ replacedBy: body.id, state: 'live' });
    const check = (key: string) =>
      server.call('/auth/check_key', { headers: { 'x-api-key': key, referer: 'https://a.org/' } });
    expect([(await check(old.key)).status, (await check(body.key)).status]).toEqual([200, 200]);
    server.clock.advance(2 * HOUR + 1);
    expect([(await check(old.key)).status, (await check(body.key)).status]).toEqual([403, 200]);
    await endAll();
  });

  it.each([
    ['renewed', 'POST', '/renew'],
    ['changed', 'PATCH', ''],
  ])('lives as long as the old one was meant to when it was %s last', async (_, method, path) => {
    const old = await server.createKey({ ttlHours: 100 });
    server.clock.advance(90 * HOUR);
    await server.as(ALICE, method, `/v1/keys/${old.id}${path}`, { ttlHours: 20 });
    await server.as(ALICE, 'PATCH', `/v1/keys/${old.id}`, { name: 'another' });
    server.clock.advance(HOUR);
    const { body } = await rotate(old.id);
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(20 * HOUR * 1000);
    await endAll();
  });

  it('ends the old one at once where no overlap is wanted, and for good', async () => {
    const old = await server.createKey();
    const { body } = await rotate(old.id, { overlapHours: 0 });
    expect([await passes(old.key), await passes(body.key)]).toEqual([false, true]);
    expect(await record(old.id)).toMatchObject({ revokedBy: 'rotation', replacedBy: body.id });
    const renewed = await server.as(ALICE, 'POST', `/v1/keys/${old.id}/renew`, { ttlHours: 1 });
    expect([renewed.status, renewed.body.code]).toEqual([409, 'REVOKED_FOR_GOOD']);
    await endAll();
  });

  it('is not to be had twice, nor of what is over, nor while the one before goes on', async () => {
    const old = await server.createKey();
    const { body } = await rotate(old.id);
    expect((await rotate(old.id)).body.code).toBe('ALREADY_ROTATED');
    expect((await rotate(body.id)).body.code).toBe('STILL_ROTATING');
    await server.as(ALICE, 'POST', `/v1/keys/${old.id}/revoke`, {});
    expect((await rotate(body.id, { overlapHours: 0 })).status).toBe(201);
    expect((await rotate(body.id)).body.code).toBe('ALREADY_ROTATED');
    const gone = await server.createKey();
    await server.as(ALICE, 'POST', `/v1/keys/${gone.id}/revoke`, {});
    expect((await rotate(gone.id)).body.code).toBe('KEY_NOT_LIVE');
    expect((await rotate(gone.id, { overlapHours: 169 })).status).toBe(400);
    await endAll();
  });

  it('is to be had at the limit of keys, and is counted', async () => {
    const made = [];
    for (let i = 0; i < 5; i += 1) made.push(await server.createKey());
    expect((await rotate(made[0]!.id)).status).toBe(201);
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'one more' })).status).toBe(409);
    await endAll();
  });

  it('has none of the rights that its owner has lost, and gets none back', async () => {
    const old = await server.createKey({ roles: ['reader', 'writer'] });
    const other = await server.createKey({ roles: ['writer'] });
    await server.reconcileAs(ALICE, { roles: ['reader'] });
    expect((await rotate(old.id)).body.roles).toEqual(['reader']);
    expect((await rotate(other.id)).body.code).toBe('ROLE_NOT_HELD');
    await server.reconcileAs(ALICE, { roles: ['reader', 'writer'] });
    await endAll();
  });

  it('is one for one request, however often that is sent, at once or later', async () => {
    const old = await server.createKey();
    const headers = { 'idempotency-key': '0c1d-one' };
    const answers = await Promise.all([1, 2, 3].map(() => rotate(old.id, { overlapHours: 1 }, headers)));
    const later = await rotate(old.id, { overlapHours: 1 }, headers);
    expect(new Set([...answers, later].map(({ text }) => text)).size).toBe(1);
    expect([later.status, await passes(later.body.key)]).toEqual([201, true]);
    const otherwise = await rotate(old.id, { overlapHours: 2 }, headers);
    expect([otherwise.status, otherwise.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    server.clock.advance(601);
    expect((await rotate(old.id, { overlapHours: 1 }, headers)).body.code).toBe('ALREADY_ROTATED');
    expect((await rotate(old.id, {}, { 'idempotency-key': 'with space' })).body.code).toBe(
      'INVALID_IDEMPOTENCY_KEY',
    );
    await endAll();
  });

  it('shows that the old one is still in use, after its end, once', async () => {
    const old = await server.createKey();
    const { body } = await rotate(old.id, { overlapHours: 1 });
    const look = () => server.get(RotatedKeys).run(server.clock.now());
    await server.check(old.key);
    await server.get(UsageFlusher).flush();
    await look();
    expect((await record(old.id)).usedAfterEndAt).toBeNull();
    server.clock.advance(HOUR + 1);
    const at = server.clock.now().toISOString();
    await server.check(old.key);
    await server.get(UsageFlusher).flush();
    await look();
    expect((await record(old.id)).usedAfterEndAt).toBe(at);
    server.clock.advance(60);
    await server.check(old.key);
    await server.get(UsageFlusher).flush();
    await look();
    expect(await record(old.id)).toMatchObject({ usedAfterEndAt: at, replacedBy: body.id });
    const lines = await server.get(AuditTrail).page({ keyId: old.id, limit: 10 });
    expect(lines.map(({ action, via }) => [action, via])).toEqual([
      ['key.used-after-end', 'program'],
      ['key.replaced', 'token'],
      ['key.created', 'token'],
    ]);
    await endAll();
  });

  it('is not made when the request fails, and the same Idempotency-Key may then be used again', async () => {
    const old = await server.createKey();
    const headers = { 'idempotency-key': 'again' };
    expect((await rotate('key_nothing', {}, headers)).status).toBe(404);
    expect((await rotate(old.id, {}, headers)).status).toBe(201);
    await endAll();
  });
});
