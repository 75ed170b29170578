import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';
import { RealRedis } from './real-redis.js';

const PASSWORD = 'open sesame';
const LOGIN = ['--requirepass', PASSWORD, '--masterauth', PASSWORD];
const AUTHORITY = `:${encodeURIComponent(PASSWORD)}@`;
const NODE = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', ...LOGIN];
const RANGES = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;

/** Servers of which one dies and another takes its place. */
export interface FailingOver {
  readonly settings: Record<string, string>;
  /** Which takes all that is written, or a part of it. */
  readonly master: RealRedis;
  /** Each of them takes its part of what is written. */
  readonly masters: readonly RealRedis[];
  remove(): Promise<void>;
}

const removeAll = async (servers: readonly RealRedis[]): Promise<void> => {
  await Promise.all(servers.map((server) => server.remove()));
};

const until = (holds: () => Promise<boolean>): Promise<void> => waitFor(() => holds().catch(() => false));

/** Of a cluster. Somebody else may take one of its ports before it does. */
async function startNode(tries = 3): Promise<{ node: RealRedis; bus: number }> {
  const bus = await freePort();
  try {
    return { node: await RealRedis.start(...NODE, '--cluster-port', String(bus)), bus };
  } catch (error) {
    if (tries === 1) throw error;
    return startNode(tries - 1);
  }
}

/** The smallest cluster that fails over: three masters, which vote, and one that takes the first one's place. */
export async function startCluster(): Promise<FailingOver> {
  const started = [await startNode(), await startNode(), await startNode(), await startNode()];
  const nodes = started.map(({ node }) => node);
  const [master, , , replica] = nodes as [RealRedis, RealRedis, RealRedis, RealRedis];
  for (const [i, node] of nodes.entries()) {
    await node.client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    if (RANGES[i]) await node.client.call('CLUSTER', 'ADDSLOTSRANGE', ...RANGES[i]);
    await master.client.call('CLUSTER', 'MEET', '127.0.0.1', node.port, started[i]!.bus);
  }
  const id = await master.client.cluster('MYID');
  const told = async (node: RealRedis, what: RegExp) => what.test(String(await node.client.cluster('INFO')));
  for (const node of nodes) await until(() => told(node, /cluster_known_nodes:4/));
  await until(async () => (await replica.client.call('CLUSTER', 'REPLICATE', id)) === 'OK');
  await until(async () => /master_link_status:up/.test(await replica.client.info('replication')));
  for (const node of nodes) await until(() => told(node, /cluster_state:ok/));
  const places = nodes.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`);
  return {
    settings: { APIKM_REDIS_URL: `redis+cluster://${AUTHORITY}${places.join(',')}` },
    master,
    masters: nodes.slice(0, 3),
    remove: () => removeAll(nodes),
  };
}

/** Three sentinels, two of which agree, a master and one that takes its place. */
export async function startSentinels(): Promise<FailingOver> {
  const master = await RealRedis.start(...LOGIN);
  const replica = await RealRedis.start(...LOGIN, '--replicaof', '127.0.0.1', String(master.port));
  await until(async () => /master_link_status:up/.test(await replica.client.info('replication')));
  const lines = [
    `sentinel monitor keys-cache 127.0.0.1 ${master.port} 2`,
    `sentinel auth-pass keys-cache "${PASSWORD}"`,
    'sentinel down-after-milliseconds keys-cache 500',
    'sentinel failover-timeout keys-cache 3000',
  ];
  const start = () => RealRedis.startSentinel(lines, '--requirepass', 'watch');
  const sentinels = await Promise.all([start(), start(), start()]);
  for (const { client } of sentinels)
    await until(async () => {
      const [about] = (await client.call('SENTINEL', 'MASTERS')) as string[][];
      return (
        ['num-slaves', 'num-other-sentinels'].map((of) => about![about!.indexOf(of) + 1]).join() === '1,2'
      );
    });
  const places = sentinels.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`);
  return {
    settings: {
      APIKM_REDIS_URL: `redis+sentinel://${AUTHORITY}${places.join(',')}/keys-cache/2`,
      APIKM_REDIS_SENTINEL_PASSWORD: 'watch',
    },
    master,
    masters: [master],
    remove: () => removeAll([master, replica, ...sentinels]),
  };
}
