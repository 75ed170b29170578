import { describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { metricsOf, monitoredServer, valueOf } from '../support/monitoring.js';
import { waitFor } from '../support/wait-for.js';

const asJson = { 'content-type': 'application/json' };

describe('the metrics tell', () => {
  it.each(['true', 'false'])('of each route its own times, with the fast lane: %s', async (lane) => {
    const monitored = await monitoredServer({ APIKM_FAST_LANE: lane });
    const { server } = monitored;
    const { key } = await server.createKey();
    const headers = { 'x-api-key': key };
    await server.check(key);
    await server.call('/auth/check_key', { headers: { ...headers, origin: 'https://page.example.org' } });
    await server.call('/v1/forward-auth/a', { headers });
    await server.call('/v1/forward-auth', { method: 'POST', headers, body: 'something' });
    await server.call('/v1/forward-auth?require=role:nobody', { headers });
    await server.call('/v1/forward-auth?require=nonsense', { headers });
    const body = JSON.stringify({ key: '' });
    await server.call('/v1/verify', { method: 'POST', headers: asJson, body });
    const counts = (await metricsOf(monitored))
      .split('\n')
      .filter((line) => line.startsWith('apikm_verification_seconds_count') && !line.endsWith(' 0'));
    expect(counts.map((line) => line.slice('apikm_verification_seconds_count'.length)).sort()).toEqual([
      '{route="/v1/forward-auth",outcome="notAllowed"} 2',
      '{route="/v1/forward-auth",outcome="valid"} 2',
      '{route="GET /auth/check_key",outcome="valid"} 2',
      '{route="POST /v1/verify",outcome="unauthenticated"} 1',
    ]);
    expect(await valueOf(monitored, 'apikm_verifications_total{code="INVALID_REQUIREMENT"}')).toBe(1);
  });

  it('who leads, how often everybody is read, and what became of it', async () => {
    const monitored = await monitoredServer({ APIKM_KEYCLOAK_SYNC_FREQ: '3600' });
    const { server } = monitored;
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    await server.createKey();
    const passes = (outcome: string) => valueOf(monitored, `apikm_sync_passes_total{outcome="${outcome}"}`);
    await waitFor(async () => (await passes('done')) === 1);
    expect(await valueOf(monitored, 'apikm_leader')).toBe(1);
    expect(await valueOf(monitored, 'apikm_sync_interval_seconds')).toBe(3600);
    server.keycloak.broken = { status: 500, body: '' };
    await server.synchronize();
    expect([await passes('done'), await passes('incomplete'), await passes('held')]).toEqual([1, 1, 0]);
    server.keycloak.broken = undefined;
    expect(await valueOf(monitored, 'apikm_sync_paused')).toBe(0);
    await server.as('admin', 'POST', '/v1/admin/sync', { action: 'pause' });
    expect(await valueOf(monitored, 'apikm_sync_paused')).toBe(1);
  });

  it('for how long counts have waited, until they are written', async () => {
    const monitored = await monitoredServer({ APIKM_USAGE_FLUSH_MS: '60000' });
    const { server } = monitored;
    const waited = () => valueOf(monitored, 'apikm_usage_oldest_pending_seconds');
    const { key } = await server.createKey();
    expect(await waited()).toBe(0);
    await server.check(key);
    expect(await waited()).toBe(0);
    server.clock.advance(90);
    await server.check(key);
    expect(await waited()).toBe(90);
    await server.get(UsageFlusher).flush();
    expect(await waited()).toBe(0);
  });
});
