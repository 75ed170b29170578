import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { SyncState } from '../../src/rights/sync-state.entity.js';
import { TestServer } from '../support/app.js';
import { addOwners } from '../support/many-owners.js';

/** Every read of Keycloak, so that a pass lasts for minutes. */
const LATENCY_MS = 1000;

describe('a replica that starts while a pass takes long', () => {
  let folder: string;
  let key: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apikm-ready-'));
    const server = await TestServer.start({ APIKM_DATABASE_URL: `pglite:${folder}` });
    key = (await addOwners(server, 100))[0]!.key;
    await server.stop();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function restarted(journal: Partial<SyncState>, settings: Record<string, string> = {}) {
    const database = { APIKM_DATABASE_URL: `pglite:${folder}` };
    const before = await TestServer.start(database);
    await before.get(DataSource).manager.update(SyncState, { id: 1 }, journal);
    await before.stop();
    const slow = { APIKM_KEYCLOAK_SYNC_FREQ: '300', ...database, ...settings };
    return TestServer.start(slow, (keycloak) => void (keycloak.latencyMs = LATENCY_MS));
  }
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const ready = async (server: TestServer) => (await server.call('/health/ready')).status;

  it('is ready at once when everybody was read not long ago, and the pass goes on behind', async () => {
    const server = await restarted({ succeededAt: ago(24) });
    await expect.poll(() => ready(server), { timeout: LATENCY_MS }).toBe(200);
    expect((await server.check(key)).status).toBe(200);
    const before = server.keycloak.reads.made;
    await expect.poll(() => server.keycloak.reads.made, { timeout: 5 * LATENCY_MS }).toBeGreaterThan(before);
  });

  it.each([
    ['nobody was ever read', { succeededAt: null }],
    ['that is longer ago than rights are served', { succeededAt: ago(61) }],
  ])('waits for the first pass when %s', async (_, journal) => {
    const server = await restarted(journal, { APIKM_SYNC_MAX_STALENESS: '60' });
    await expect.poll(() => server.keycloak.reads.made, { timeout: 5 * LATENCY_MS }).toBeGreaterThan(3);
    expect(await ready(server)).toBe(503);
  });
});
