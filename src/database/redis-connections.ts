import { Cluster, Redis as Connection } from 'ioredis';
import type { ClusterNode, RedisOptions } from 'ioredis';
import type {
  RedisClusterConfig,
  RedisConfig,
  RedisSentinelConfig,
  RedisServerConfig,
} from '../config/config.js';
import { ClusterLink } from './redis-cluster.js';
import { pauseAfter, ServerLink } from './redis-link.js';

/** Nobody waits for an answer, but what waits for it takes memory. */
const ANSWER_WITHIN_MS = 500;
const CONNECT_TIMEOUT_MS = 2000;
/** How long a hung server has to say goodbye before its connection is cut. */
const GOODBYE_MS = 100;
/** Of one command: a part that moves just now is found at the second try. */
const MOST_REDIRECTIONS = 4;

export interface RedisLinks {
  readonly commands: ServerLink | ClusterLink;
  /** A connection that listens takes no other commands. */
  readonly listening: ServerLink;
}

/** @param probes a key in each part of a cluster's keys */
export function openLinks(config: RedisConfig, probes: readonly string[]): RedisLinks {
  if (config.kind === 'cluster') return openCluster(config, probes);
  const options = config.kind === 'server' ? serverOptions(config) : sentinelOptions(config);
  return {
    commands: new ServerLink(new Connection(options)),
    listening: new ServerLink(new Connection(options)),
  };
}

function openCluster(config: RedisClusterConfig, probes: readonly string[]): RedisLinks {
  const cluster = new Cluster([...config.nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: pauseAfter,
    maxRedirections: MOST_REDIRECTIONS,
    // What would be tried again after a master's death would be told twice, or too late.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    // A certificate is made out to a name.
    dnsLookup: (host, found) => found(null, host),
    redisOptions: commonOptions(config),
  });
  return { commands: new ClusterLink(cluster, probes), listening: listenSomewhere(config, cluster) };
}

/** What is published anywhere is heard on every node, so where one is lost, another will do. */
function listenSomewhere(config: RedisClusterConfig, cluster: Cluster): ServerLink {
  const client = new Connection({
    ...commonOptions(config),
    ...reconnecting,
    ...config.nodes[0]!,
    lazyConnect: true,
  });
  let turn = 0;
  client.on('close', () => {
    const known = cluster.nodes('master').map(({ options: { host, port } }): ClusterNode => ({ host, port }));
    const places = [...known, ...config.nodes];
    Object.assign(client.options, places[(turn += 1) % places.length]);
  });
  return new ServerLink(client);
}

const serverOptions = (config: RedisServerConfig): RedisOptions => ({
  ...commonOptions(config),
  ...reconnecting,
  host: config.host,
  port: config.port,
  db: config.db,
});

const sentinelOptions = (config: RedisSentinelConfig): RedisOptions => ({
  ...commonOptions(config),
  ...reconnecting,
  sentinels: [...config.sentinels],
  name: config.master,
  role: 'master',
  db: config.db,
  sentinelUsername: config.sentinelLogin.username,
  sentinelPassword: config.sentinelLogin.password,
  sentinelCommandTimeout: ANSWER_WITHIN_MS,
  // The link begins anew, and says so.
  sentinelRetryStrategy: () => null,
  ...(config.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
});

const commonOptions = ({ tls, username, password }: RedisConfig) => ({
  username,
  password,
  ...(tls ? { tls: {} } : {}),
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: ANSWER_WITHIN_MS,
  disconnectTimeout: GOODBYE_MS,
  // Counts that waited for a server to return would be told twice, or too late.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // Redis.hear does it, and knows then that nothing is missed any more.
  autoResubscribe: false,
  disableClientInfo: true,
});

const reconnecting = {
  lazyConnect: true,
  enableOfflineQueue: false,
  retryStrategy: pauseAfter,
  // It was a master, and is none any more.
  reconnectOnError: ({ message }: Error) => message.includes('READONLY'),
};
