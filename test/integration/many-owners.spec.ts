import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { addOwners } from '../support/many-owners.js';
import { OwnDelay } from '../support/own-delay.js';

const OWNERS = 10_000;
/** Of a real Keycloak with some hundred roles. */
const LATENCY_MS = 12;
const INTERVAL_MS = 300_000;

/** The provider of the test runs in this process too, so the event loop carries both. */
describe('ten thousand owners', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    await addOwners(server, OWNERS);
    server.keycloak.latencyMs = LATENCY_MS;
  });
  afterAll(() => server.stop());

  it.each([
    ['one by one', false],
    ['by the realm’s lists', true],
  ])('are synchronised %s within the interval, eight requests at once at most', async (way, roles) => {
    server.keycloak.can.roles = roles;
    Object.assign(server.keycloak.reads, { made: 0, most: 0 });
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    const delay = new OwnDelay();
    expect(await server.synchronize()).toMatchObject({ outcome: 'done', owners: OWNERS, unreadable: 0 });
    const p99 = delay.end();
    const took = performance.now() - startedAt;
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    console.log(
      `${OWNERS} owners ${way}: ${Math.round(took)} ms, ${server.keycloak.reads.made} requests, event loop p99 ${p99.toFixed(1)} ms, ${Math.round(grown)} MiB more`,
    );
    expect(took).toBeLessThan(INTERVAL_MS);
    expect(server.keycloak.reads.most).toBeLessThanOrEqual(8);
    expect(server.keycloak.reads.made).toBeLessThan(2.1 * OWNERS);
    expect(p99).toBeLessThan(50);
  });
});
