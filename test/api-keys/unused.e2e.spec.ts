import { afterEach, describe, expect, it } from 'vitest';
import { UnusedKeys } from '../../src/api-keys/unused-keys.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const DAY = 86_400;

describe('a key that nobody uses', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  const start = async (settings: Record<string, string>) => {
    server = await TestServer.start(settings, (keycloak) =>
      keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] }),
    );
  };
  const later = async (days: number) => {
    server.clock.advance(days * DAY);
    await server.get(UsageFlusher).flush();
    await server.get(UnusedKeys).run(server.clock.now());
  };
  const read = async (id: string) => (await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body;
  const inDays = (days: number) => new Date(server.clock.millis() + days * DAY * 1000).toISOString();
  const audit = async (id: string) =>
    (await server.as('admin', 'GET', `/v1/admin/audit?key=${id}`)).body.items as {
      action: string;
      via: string;
      details: object;
    }[] satisfies object[];

  it('is switched off after APIKM_UNUSED_DISABLE_DAYS, and its owner is told before', async () => {
    await start({ APIKM_UNUSED_DISABLE_DAYS: '90' });
    const { id, key } = await server.createKey({ neverExpires: true });
    await later(75);
    expect(await read(id)).toMatchObject({ state: 'live', disablesUnusedAt: null });
    await later(1);
    expect(await read(id)).toMatchObject({ state: 'live', version: 1, disablesUnusedAt: inDays(14) });
    await later(13);
    expect((await read(id)).state).toBe('live');
    await later(1);
    expect(await read(id)).toMatchObject({ state: 'disabled', disabledBy: 'unused', disablesUnusedAt: null });
    expect((await server.check(key)).status).toBe(403);
    const lines = await audit(id);
    expect(lines.map(({ action, via }) => [action, via])).toEqual([
      ['key.disabled', 'program'],
      ['key.unused', 'program'],
      ['key.created', 'token'],
    ]);
    expect(lines[0]!.details).toMatchObject({ reason: expect.stringMatching(/^not used since 20/) });
  });

  it('is switched on by its owner, and then has the whole time again', async () => {
    await start({ APIKM_UNUSED_DISABLE_DAYS: '90' });
    const { id, key } = await server.createKey({ neverExpires: true });
    await later(76);
    await later(14);
    expect((await server.as(ALICE, 'PATCH', `/v1/keys/${id}`, { enabled: true })).status).toBe(200);
    expect((await server.check(key)).status).toBe(200);
    await later(75);
    expect(await read(id)).toMatchObject({ state: 'live', disablesUnusedAt: null });
  });

  it('stays on when it is used after the notice', async () => {
    await start({ APIKM_UNUSED_DISABLE_DAYS: '90' });
    const { id, key } = await server.createKey({ neverExpires: true });
    await later(80);
    expect((await read(id)).disablesUnusedAt).toBe(inDays(14));
    server.clock.advance(DAY);
    await server.check(key);
    expect((await read(id)).disablesUnusedAt).toBeNull();
    await later(14);
    expect((await read(id)).state).toBe('live');
    await later(75);
    expect(await read(id)).toMatchObject({ state: 'live', disablesUnusedAt: inDays(14) });
  });

  it('is told for two weeks also where the setting comes when it was long unused', async () => {
    await start({ APIKM_UNUSED_DISABLE_DAYS: '30' });
    const { id } = await server.createKey({ neverExpires: true });
    await later(500);
    expect(await read(id)).toMatchObject({ state: 'live', disablesUnusedAt: inDays(14) });
    await later(13);
    expect((await read(id)).state).toBe('live');
    await later(1);
    expect((await read(id)).state).toBe('disabled');
  });

  it('stays as it is without the setting', async () => {
    await start({});
    const { id } = await server.createKey({ neverExpires: true });
    await later(5000);
    await later(5000);
    expect(await read(id)).toMatchObject({ state: 'live', disablesUnusedAt: null });
  });

  it('is found in lists', async () => {
    await start({});
    const { id } = await server.createKey({ neverExpires: true });
    await later(30);
    const used = await server.createKey({ neverExpires: true });
    await server.check(used.key);
    await later(1);
    const { body } = await server.as(ALICE, 'GET', `/v1/keys?unusedSince=${inDays(-2)}`);
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([id]);
  });
});
