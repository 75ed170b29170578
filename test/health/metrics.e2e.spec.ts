import { afterEach, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { freePort } from '../support/free-port.js';

describe('/metrics', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  it('tells how the synchronisation stands, on a port of its own', async () => {
    const port = await freePort();
    server = await TestServer.start({ APIKM_METRICS_PORT: String(port) });
    await server.createKey();
    await server.synchronize();
    server.clock.advance(5);
    const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const text = await read();
    expect(text).toMatch(/^apikm_sync_oldest_rights_age_seconds 5$/m);
    expect(text).toMatch(/^apikm_sync_last_pass_confirmed 1$/m);
    expect(text).toMatch(/^apikm_sync_last_success_timestamp_seconds 1\d{9}/m);
    expect(text).toMatch(/^apikm_keycloak_requests_total [1-9]/m);
    server.keycloak.broken = { status: 500, body: '' };
    await server.synchronize();
    expect(await read()).toMatch(/^apikm_keycloak_failures_total\{kind="server-error"\} [1-9]/m);
    expect((await server.call('/metrics')).status).toBe(404);
  });

  it('tells how many keys were verified, with what outcome, how fast, and from where', async () => {
    const port = await freePort();
    server = await TestServer.start({ APIKM_METRICS_PORT: String(port), APIKM_RATE_LIMIT: '2/minute' });
    const { key } = await server.createKey();
    for (const presented of ['', key, key, key, 'wrong', 'wrong too']) await server.check(presented);
    expect((await server.check('wrong again')).status).toBe(429);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(/^apikm_verifications_total\{code="VALID"\} 3$/m);
    expect(text).toMatch(/^apikm_verifications_total\{code="MALFORMED"\} 2$/m);
    expect(text).toMatch(/^apikm_verifications_total\{code="MISSING"\} 1$/m);
    expect(text).toMatch(/^apikm_verifications_total\{code="BLOCKED"\} 1$/m);
    expect(text).toMatch(/^apikm_throttled_total 1$/m);
    expect(text).toMatch(/^# TYPE apikm_verification_seconds histogram$/m);
    const route = 'route="GET /auth/check_key",outcome';
    expect(text).toContain(`apikm_verification_seconds_bucket{${route}="valid",le="+Inf"} 3\n`);
    expect(text).toContain(`apikm_verification_seconds_count{${route}="valid"} 3\n`);
    expect(text).toContain(`apikm_verification_seconds_count{${route}="unauthenticated"} 3\n`);
    expect(text).toContain(`apikm_verification_seconds_count{${route}="limited"} 1\n`);
    expect(text).toContain(`apikm_verification_seconds_count{${route}="undecided"} 0\n`);
    expect(text).toMatch(/^apikm_key_lookups_total\{result="hits"\} 2$/m);
    expect(text).toMatch(/^apikm_key_lookups_total\{result="misses"\} 1$/m);
    expect(text).toMatch(/^apikm_cached_keys 1$/m);
    expect(text).toMatch(/^apikm_usage_pending_keys [01]$/m);
    expect(text).not.toContain(key);
  });

  it('tells which version runs, and counts requests by the pattern of their route and their status', async () => {
    const port = await freePort();
    server = await TestServer.start({ APIKM_METRICS_PORT: String(port) });
    const { id, key } = await server.createKey();
    await server.check(key);
    await server.check(key);
    await server.check('wrong');
    await server.call('/auth/check_key', {
      headers: { 'x-api-key': key, origin: 'https://page.example.org' },
    });
    await server.call('/v1/forward-auth', { headers: { 'x-api-key': key } });
    await server.call('/v1/forward-auth/a/b', { method: 'POST', headers: { 'x-api-key': key }, body: 'b' });
    for (const path of [`/v1/keys/${id}`, '/v1/keys/key_x', '/v1/keys?limit=1'])
      await server.as(ALICE, 'GET', path);
    for (const path of ['/nowhere', '/nowhere/else', '/docs/']) await server.call(path);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const counted = text.split('\n').filter((line) => line.startsWith('apikm_http_requests_total{'));
    expect(counted.map((line) => line.slice('apikm_http_requests_total'.length)).sort()).toEqual([
      '{route="/v1/forward-auth",status="200"} 2',
      '{route="GET /auth/check_key",status="200"} 3',
      '{route="GET /auth/check_key",status="403"} 1',
      '{route="GET /v1/keys",status="200"} 1',
      '{route="GET /v1/keys/:id",status="200"} 1',
      '{route="GET /v1/keys/:id",status="404"} 1',
      '{route="POST /v1/keys",status="201"} 1',
      '{route="other",status="200"} 1',
      '{route="other",status="404"} 2',
    ]);
    expect(text).toMatch(/^apikm_build_info\{version="\d+\.\d+\.\d+",node="v\d+[.\d]+"\} 1$/m);
  });

  it('says of each metric in words of its own what it counts', async () => {
    const port = await freePort();
    server = await TestServer.start({ APIKM_METRICS_PORT: String(port) });
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const helps = [...text.matchAll(/^# HELP apikm_\w+ (.+)$/gm)].map(([, help]) => help!);
    expect(helps.length).toBeGreaterThan(10);
    expect(new Set(helps).size).toBe(helps.length);
  });

  it('is on the main port where the settings name that one', async () => {
    const port = String(await freePort());
    server = await TestServer.start({ APIKM_PORT: port, APIKM_METRICS_PORT: port });
    const { status, text } = await server.call('/metrics');
    expect([status, text]).toEqual([200, expect.stringContaining('nodejs_eventloop_lag')]);
  });

  it('is nowhere without the setting', async () => {
    server = await TestServer.start();
    expect((await server.call('/metrics')).status).toBe(404);
  });
});
