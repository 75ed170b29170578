import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { startCluster, startSentinels } from '../support/failing-over.js';
import type { FailingOver } from '../support/failing-over.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import {
  connected,
  from,
  guess,
  isBlocked,
  isConnected,
  toldOfRedis,
  until,
} from '../support/redis-replicas.js';

const up = ['Redis is connected'];
const FOUR = ['wrong1', 'wrong2', 'wrong3', 'wrong4'];

let both: { cluster: FailingOver; sentinels: FailingOver };
beforeAll(async () => {
  const [cluster, sentinels] = await Promise.all([startCluster(), startSentinels()]);
  both = { cluster, sentinels };
});
afterAll(async () => {
  for (const redis of Object.values(both)) await redis.remove();
});

describe.each([
  ['cluster', 3],
  ['sentinels', 1],
] as const)('two replicas with a Redis that is known by %s', (kind, mastersUsed) => {
  let redis: FailingOver;
  let a: TestServer;
  let b: TestServer;
  /** Enough of them for every part of the keys. */
  let clients: readonly string[];
  let network = 0;
  const someClients = () => Array.from({ length: 12 }, (_one, i) => `198.51.${(network += 1)}.${i}`);

  beforeAll(async () => {
    redis = both[kind];
    const common = {
      ...redis.settings,
      APIKM_DATABASE_URL: await freshDatabaseUrl(),
      APIKM_RATE_LIMIT: '4/minute',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
      APIKM_LOG_LEVEL: 'info',
    };
    a = await TestServer.start(common);
    // As behind a pooler: what it listens to says nothing.
    const deafness = { APIKM_DATABASE_DIRECT_URL: await freshDatabaseUrl(), APIKM_MIGRATE_ON_START: 'false' };
    b = await TestServer.start({ ...common, ...deafness });
    await connected(a, b);
  });
  afterAll(async () => {
    await a.stop();
    await b.stop();
  });

  const blockTogether = async () => {
    clients = someClients();
    for (const client of clients) {
      expect(await guess(a, client, 'wrong1', 'wrong2')).toEqual([403, 403]);
      expect(await guess(b, client, 'wrong3', 'wrong4')).toEqual([403, 403]);
    }
    for (const server of [a, b])
      for (const client of clients) await until(() => isBlocked(server, client), 1);
  };
  const endsEverywhere = async () => {
    const { id, key } = await a.createKey();
    expect([(await a.check(key)).status, (await b.check(key)).status]).toEqual([200, 200]);
    await a.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    expect((await a.check(key)).status).toBe(403);
    await until(async () => (await b.check(key)).status === 403, 1);
  };

  it('count together, on every node that takes a part, and hear what changes', async () => {
    await blockTogether();
    await endsEverywhere();
    const used = [];
    for (const { client } of redis.masters) used.push(...(await client.info('keyspace')).match(/db\d/g)!);
    expect(used).toHaveLength(mastersUsed);
    expect(toldOfRedis(b)).toEqual(up);
  });

  it('verify without one failure while a master dies, count alone, and together when another has its place', async () => {
    const { key } = await a.createKey();
    const statuses: number[] = [];
    let over = false;
    const traffic = [a, b].map(async (server, i) => {
      while (!over) statuses.push((await from(server, `203.0.113.${i}`, key)).status);
    });
    await until(() => statuses.length > 50);
    await redis.master.kill();
    await until(() => !isConnected(a) && !isConnected(b), 3);
    for (const server of [a, b])
      for (const client of someClients().slice(0, 4))
        expect(await guess(server, client, ...FOUR, 'wrong5')).toEqual([403, 403, 403, 403, 429]);
    await connected(a, b);
    over = true;
    await Promise.all(traffic);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await blockTogether();
    await endsEverywhere();
    // The one that was started last writes everybody's log.
    const lost = 'Redis is not connected';
    expect(toldOfRedis(b)).toEqual([...up, lost, lost, ...up, ...up]);
  });
});
