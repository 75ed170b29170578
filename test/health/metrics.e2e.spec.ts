import { afterEach, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
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
    expect(text).toMatch(/^apikm_throttled_total 1$/m);
    expect(text).toMatch(/^# TYPE apikm_verification_seconds histogram$/m);
    expect(text).toMatch(/^apikm_verification_seconds_bucket\{le="\+Inf"\} 6$/m);
    expect(text).toMatch(/^apikm_verification_seconds_count 6$/m);
    expect(text).toMatch(/^apikm_key_lookups_total\{result="hits"\} 2$/m);
    expect(text).toMatch(/^apikm_key_lookups_total\{result="misses"\} 1$/m);
    expect(text).toMatch(/^apikm_cached_keys 1$/m);
    expect(text).toMatch(/^apikm_usage_pending_keys [01]$/m);
    expect(text).not.toContain(key);
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
