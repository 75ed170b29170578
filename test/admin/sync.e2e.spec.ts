import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('the synchronisation for administrators', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '3600' });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
  });
  afterAll(() => server.stop());

  it('is shown to nobody else', async () => {
    expect((await server.call('/v1/admin/sync')).status).toBe(401);
    const { status, body } = await server.as(ALICE, 'GET', '/v1/admin/sync');
    expect([status, body.code]).toEqual([403, 'ADMIN_ONLY']);
    expect((await server.as(ALICE, 'POST', '/v1/admin/sync', { action: 'pause' })).status).toBe(403);
    const { key } = await server.createKey({}, 'admin');
    const withKey = await server.call('/v1/admin/sync', { headers: { 'x-api-key': key } });
    expect(withKey.status).toBe(401);
  });

  it('tells what it did last, and what the service account may not do', async () => {
    await server.createKey();
    server.clock.advance(1);
    const { status, body } = await server.as('admin', 'POST', '/v1/admin/sync', { action: 'now' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      paused: false,
      intervalSeconds: 3600,
      eventFeed: false,
      lastPass: { mode: 'each', outcome: 'done', owners: 2, confirmed: 2, unreadable: 0, problem: null },
    });
    expect(body.missingRights.join()).toContain('view-realm is missing');
    expect(Date.parse(body.oldestRightsReadAt as string)).toBeGreaterThan(0);
    expect(body.calls.made).toBeGreaterThan(3);
  });

  it('tells which request failed, and how', async () => {
    server.keycloak.broken = { status: 500, body: 'oops' };
    server.clock.advance(1);
    const { body } = await server.as('admin', 'POST', '/v1/admin/sync', { action: 'now' });
    expect(body).toMatchObject({ lastPass: { outcome: 'incomplete', unreadable: 2 } });
    expect(body.lastPass.problem).toContain('Keycloak');
    expect(body.calls.failed['server-error']).toBeGreaterThan(0);
    server.keycloak.broken = undefined;
  });

  it('tells of its latest passes, the last one first, and of no more than 20', async () => {
    const outcomes = async () => {
      const { body } = await server.as('admin', 'GET', '/v1/admin/sync');
      return (body.passes as { outcome: string }[]).map(({ outcome }) => outcome);
    };
    expect((await outcomes()).slice(0, 2)).toEqual(['incomplete', 'done']);
    for (let i = 0; i < 20; i += 1) await server.synchronize();
    expect(await outcomes()).toEqual(Array(20).fill('done'));
  });

  it.each([{ action: 'stop' }, {}, { action: 'now', force: true }])('refuses %j', async (body) => {
    expect((await server.as('admin', 'POST', '/v1/admin/sync', body)).status).toBe(400);
  });
});
