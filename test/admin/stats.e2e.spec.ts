import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const DAY = 86_400;

describe('the totals', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
  });
  afterAll(() => server.stop());

  const stats = async () => (await server.as('admin', 'GET', '/v1/admin/stats')).body;

  it.each(['/v1/admin/stats', '/v1/admin/policies'])('are for administrators alone: %s', async (path) => {
    expect((await server.call(path)).status).toBe(401);
    const { status, body } = await server.as(ALICE, 'GET', path);
    expect([status, body.code]).toEqual([403, 'ADMIN_ONLY']);
    expect((await server.as('admin', 'POST', path, {})).status).toBe(405);
  });

  it('count keys by state and people, and have a day for each of the last 30', async () => {
    const long = await server.createKey({ ttlHours: 24 * 60 });
    const revoked = await server.createKey({}, BOB);
    const off = await server.createKey();
    await server.createKey({ ttlHours: 1 });
    await server.as(BOB, 'POST', `/v1/keys/${revoked.id}/revoke`, {});
    await server.as(ALICE, 'PATCH', `/v1/keys/${off.id}`, { enabled: false });
    const use = async (times: number, key: string) => {
      for (let i = 0; i < times; i += 1) await server.check(key);
      await server.get(UsageFlusher).flush();
    };
    await use(5, long.key);
    server.clock.advance(29 * DAY);
    await use(2, long.key);
    await use(3, revoked.key);
    const { keys, owners, usage } = await stats();
    expect(keys).toEqual({ live: 1, disabled: 1, expired: 1, revoked: 1 });
    expect(owners).toEqual({ all: 3, enabled: 3 });
    expect(usage).toHaveLength(30);
    expect(usage[0]).toMatchObject({ accepted: 5, refused: 0 });
    expect(usage[29]).toMatchObject({ accepted: 2, refused: 3 });
    const today = server.clock.now().toISOString().slice(0, 10);
    expect(usage[29].at).toBe(`${today}T00:00:00.000Z`);
    const between = (usage as { accepted: number }[]).slice(1, 29);
    expect(between.map(({ accepted }) => accepted)).toEqual(Array.from({ length: 28 }, () => 0));
    server.clock.advance(DAY);
    expect((await stats()).usage[0].accepted).toBe(0);
  });

  it('don’t count who was erased among the enabled', async () => {
    await server.as('admin', 'POST', `/v1/admin/owners/${BOB}/erase`);
    expect((await stats()).owners).toEqual({ all: 3, enabled: 2 });
  });
});

describe('the policies', () => {
  const policies = async (settings: Record<string, string>) => {
    const server = await TestServer.start(settings, (keycloak) =>
      keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] }),
    );
    const { status, body, text } = await server.as('admin', 'GET', '/v1/admin/policies');
    expect(status).toBe(200);
    const items = body.items as { policy: string; value: unknown; setting: string }[];
    return { text, values: Object.fromEntries(items.map(({ setting, value }) => [setting, value])) };
  };

  it('are those in force, each with its setting, and no secret', async () => {
    const { text, values } = await policies({
      APIKM_MAX_APIKEY_TTL_HOUR: '720',
      APIKM_DEFAULT_APIKEY_TTL_HOUR: '12',
      APIKM_MAX_KEYS_PER_USER: '7',
      APIKM_NEVER_EXPIRES: 'role:robots',
      APIKM_CREATE_RATE: '10/hour',
      APIKM_UNUSED_DISABLE_DAYS: '90',
      APIKM_USAGE_RETENTION_DAYS: '100',
      APIKM_RATE_LIMIT_COUNTS: 'all',
      APIKM_OIDC_CLIENT_SECRET: 'kept-to-itself',
    });
    expect(values).toMatchObject({
      APIKM_MAX_APIKEY_TTL_HOUR: 720,
      APIKM_DEFAULT_APIKEY_TTL_HOUR: 12,
      APIKM_MAX_KEYS_PER_USER: 7,
      APIKM_UNUSED_DISABLE_DAYS: 90,
      APIKM_USAGE_RETENTION_DAYS: 100,
      APIKM_RATE_LIMIT_COUNTS: 'all',
      APIKM_NEVER_EXPIRES: 'role:robots',
      APIKM_CREATE_RATE: '10 per 1 hour',
      APIKM_RATE_LIMIT: '10000 per 1 minute',
      APIKM_OAUTH2_ATTRIBUTES: ['plan', 'projects'],
      APIKM_ADMIN_ROLE: 'apikm-admin',
    });
    expect(text).not.toContain('kept-to-itself');
  });

  it('say null where nothing holds', async () => {
    const { values } = await policies({ APIKM_MAX_KEYS_PER_USER: '0' });
    expect(values).toMatchObject({
      APIKM_MAX_APIKEY_TTL_HOUR: null,
      APIKM_MAX_KEYS_PER_USER: null,
      APIKM_CREATE_RATE: null,
    });
  });
});
