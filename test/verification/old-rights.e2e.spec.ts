import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';

describe('rights that Keycloak has not confirmed for too long', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_SYNC_MAX_STALENESS: '3600' });
    ({ key } = await server.createKey());
  });
  afterAll(() => server.stop());

  const verdict = async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ key });
    return (await server.call('/v1/verify', { method: 'POST', headers, body })).body as { code: string };
  };

  it('are served while Keycloak can be read, however old they are', async () => {
    server.clock.advance(7200);
    expect((await server.check(key)).status).toBe(200);
  });

  it('are refused with 503, not as a wrong key, once it can not', async () => {
    server.keycloak.broken = { status: 500, body: 'oops' };
    await server.synchronize();
    const { status, headers } = await server.check(key);
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect((await verdict()).code).toBe('RIGHTS_TOO_OLD');
  });

  it('are served again as soon as they are confirmed', async () => {
    server.keycloak.broken = undefined;
    await server.synchronize();
    expect((await server.check(key)).status).toBe(200);
    // What is cached says of the old confirmation until it is looked at anew.
    server.clock.advance(11);
  });

  it.each([
    [401, '{}'],
    [404, '{"error":"Realm not found."}'],
    [404, '<html>not found</html>'],
    [429, '{}'],
    [500, '{"error":'],
    [200, '<html>welcome</html>'],
    [200, '[]'],
  ])('disable nobody when Keycloak answers %i %s', async (status, body) => {
    server.keycloak.broken = { status, body };
    await server.synchronize();
    expect((await server.check(key)).status).toBe(200);
    server.keycloak.broken = undefined;
    await server.synchronize();
  });
});

describe('rights while Keycloak hangs', () => {
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start()));
  afterAll(() => server.stop());

  it('are what a key is made with while Keycloak hangs, within seconds, and no verification waits', async () => {
    const { key } = await server.createKey();
    server.keycloak.latencyMs = 20_000;
    const startedAt = performance.now();
    const making = server.createKey();
    expect((await server.check(key)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const { key: another } = await making;
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect((await server.check(another)).status).toBe(200);
    const stranger = await server.as('never-seen', 'GET', '/v1/me');
    expect([stranger.status, stranger.body.code]).toEqual([503, 'IDENTITY_PROVIDER_UNAVAILABLE']);
  });
});
