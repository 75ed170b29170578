import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerificationPool } from '../../src/database/verification-pool.js';
import { Drain } from '../../src/health/drain.js';
import { KeycloakSync } from '../../src/rights/keycloak-sync.js';
import { TestServer } from '../support/app.js';

describe('the probes', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_VERIFY_STALE: '600', APIKM_LOG_LEVEL: 'info' });
  });
  afterAll(() => server.stop());

  const ready = async () => (await server.call('/health/ready')).status;

  it('say that the process lives and is ready', async () => {
    expect((await server.call('/health/live')).status).toBe(200);
    expect(await ready()).toBe(200);
    expect((await server.call('/health/status')).body).toEqual({ healthy: true });
  });

  it('keep the service in traffic through an outage of the database, as long as it can verify', async () => {
    const pool = server.get(VerificationPool);
    const rows = pool.rows.bind(pool);
    pool.rows = () => Promise.reject(new Error('away'));
    server.clock.advance(600);
    expect(await ready()).toBe(200);
    server.clock.advance(1);
    expect(await ready()).toBe(503);
    expect((await server.call('/health/status')).body).toEqual({ healthy: false });
    pool.rows = rows;
    expect(await ready()).toBe(200);
  });

  it('wait for the first look at the rights', async () => {
    const sync = server.get(KeycloakSync);
    sync.settled = false;
    expect(await ready()).toBe(503);
    sync.settled = true;
    expect(await ready()).toBe(200);
  });

  it('tell the log when that changes, once', async () => {
    const [sync, from] = [server.get(KeycloakSync), server.lines.length];
    sync.settled = false;
    for (let i = 0; i < 3; i += 1) expect(await ready()).toBe(503);
    sync.settled = true;
    for (let i = 0; i < 3; i += 1) expect(await ready()).toBe(200);
    const lines = server.lines.slice(from).map((line) => JSON.parse(line) as { level: string; msg: string });
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'not ready: the rights are being synchronised with Keycloak'],
      ['info', 'ready for traffic'],
    ]);
  });

  it('take it out of traffic at the end', async () => {
    await server.get(Drain).onModuleDestroy();
    expect(await ready()).toBe(503);
    expect((await server.call('/health/live')).status).toBe(200);
  });
});
