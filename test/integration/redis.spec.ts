import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { freePort } from '../support/free-port.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { RealRedis } from '../support/real-redis.js';
import {
  connected,
  from,
  guess,
  isBlocked,
  isConnected,
  someClient,
  toldOfRedis,
  until,
} from '../support/redis-replicas.js';

const LIMIT = 4;
const WINDOW = `${LIMIT}/60`;

let redis: RealRedis;
beforeAll(async () => {
  redis = await RealRedis.start();
});
afterAll(() => redis.remove());
beforeEach(async () => {
  await redis.client.flushall();
});

const FOUR = ['wrong1', 'wrong2', 'wrong3', 'wrong4'];
const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

describe('two replicas with one Redis', () => {
  let a: TestServer;
  let b: TestServer;
  const settings = async () => ({
    APIKM_DATABASE_URL: await freshDatabaseUrl(),
    APIKM_REDIS_URL: redis.url,
    APIKM_RATE_LIMIT: `${LIMIT}/minute`,
    APIKM_TRUSTED_PROXIES: '127.0.0.1',
  });
  beforeAll(async () => {
    const both = await settings();
    a = await TestServer.start(both);
    b = await TestServer.start(both);
  });
  beforeEach(() => connected(a, b));
  afterAll(async () => {
    await a.stop();
    await b.stop();
  });

  /** What a replica reported before this is counted, and it has heard the total. */
  async function settled(server: TestServer): Promise<void> {
    // One report is under way at a time: the second one comes after the answer to the first.
    for (const client of [someClient(), someClient()]) {
      await guess(server, client, 'wrong');
      await until(async () => (await redis.total(WINDOW, client)) === 1);
    }
  }

  it('block a client on both once one of them has', async () => {
    const [client, other] = [someClient(), someClient()];
    expect(await guess(a, client, ...FOUR, 'wrong5')).toEqual([403, 403, 403, 403, 429]);
    await until(() => isBlocked(b, client), 1);
    const answer = await from(b, client, 'wrong6');
    expect([answer.status, answer.body.error]).toEqual([429, 'Rate limit exceeded: 4 per 1 minute']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(await isBlocked(a, other)).toBe(false);
    expect(await isBlocked(b, other)).toBe(false);
  });

  it('count the different keys that both have refused', async () => {
    const client = someClient();
    await guess(a, client, 'wrong1', 'wrong2');
    await guess(b, client, 'wrong3');
    await until(async () => (await redis.total(WINDOW, client)) === 3);
    expect(await isBlocked(a, client)).toBe(false);
    expect(await isBlocked(b, client)).toBe(false);
    await guess(b, client, 'wrong4');
    await until(async () => (await isBlocked(a, client)) && (await isBlocked(b, client)), 1);
  });

  it('count the same key once, whichever refuses it', async () => {
    const client = someClient();
    await guess(a, client, 'wrong1', 'wrong2', 'wrong1');
    await settled(a);
    await guess(b, client, 'wrong3');
    await settled(b);
    await guess(b, client, 'wrong1', 'wrong2');
    await guess(a, client, 'wrong3');
    await settled(a);
    await settled(b);
    expect(await redis.total(WINDOW, client)).toBe(3);
    expect(await isBlocked(a, client)).toBe(false);
    expect(await isBlocked(b, client)).toBe(false);
  });

  it('block a client on one that was not there when the client was blocked', async () => {
    const client = someClient();
    await guess(a, client, ...FOUR);
    await until(async () => (await redis.total(WINDOW, client)) === LIMIT);
    const late = await TestServer.start(await settings());
    await connected(late);
    expect(await guess(late, client, 'wrong5')).toEqual([403]);
    await until(() => isBlocked(late, client), 1);
    await late.stop();
  });

  it('let a key go on that a client has proven good where it has proven it', async () => {
    const [client, { key }] = [someClient(), await a.createKey()];
    await guess(a, client, key);
    await guess(b, client, ...FOUR);
    await until(() => isBlocked(a, client), 1);
    expect(await guess(a, client, key)).toEqual([200]);
    expect(await guess(b, client, key)).toEqual([429]);
  });

  it('keep no key, no digest and no client longer than its window', async () => {
    const [client, { id, key }] = [someClient(), await a.createKey()];
    await a.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    const heard: string[] = [];
    const monitor = await redis.client.monitor();
    monitor.on('monitor', (_, args: string[]) => heard.push(args.join(' ')));
    await guess(a, client, key, ...FOUR);
    await until(async () => (await redis.total(WINDOW, client)) === LIMIT);
    monitor.disconnect();
    expect(heard.join()).toContain(client);
    expect(heard.join()).not.toMatch(new RegExp(`${key}|[0-9a-f]{64}`));
    for (const name of await redis.client.keys('*')) {
      const left = await redis.client.pttl(name);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(60_000);
    }
  });

  it('go on counting when everything in Redis was flushed', async () => {
    const [client, other] = [someClient(), someClient()];
    await guess(a, client, ...FOUR);
    await guess(a, other, 'wrong1', 'wrong2', 'wrong3');
    await until(() => isBlocked(b, client), 1);
    await until(async () => (await redis.total(WINDOW, other)) === 3);
    await redis.client.flushall();
    expect(await isBlocked(a, client)).toBe(true);
    expect(await isBlocked(b, client)).toBe(true);
    await guess(a, other, 'wrong4');
    expect(await isBlocked(a, other)).toBe(true);
    await guess(b, other, 'wrong5', 'wrong6', 'wrong7');
    await until(() => isBlocked(b, other), 1);
  });

  it('count alone while Redis is dead, without one failed verification, and together when it is back', async () => {
    const { key } = await a.createKey();
    const statuses: number[] = [];
    let over = false;
    const traffic = [a, b].map(async (server, i) => {
      while (!over) statuses.push((await from(server, `203.0.113.${i}`, key)).status);
    });
    await until(() => statuses.length > 100);
    await redis.kill();
    try {
      const client = someClient();
      for (const server of [a, b])
        expect(await guess(server, client, ...FOUR, 'wrong5')).toEqual([403, 403, 403, 403, 429]);
      await until(() => !isConnected(a) && !isConnected(b));
      const during = statuses.length;
      await until(() => statuses.length > during + 100);
    } finally {
      await redis.resume();
    }
    await connected(a, b);
    over = true;
    await Promise.all(traffic);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const client = someClient();
    await guess(a, client, ...FOUR);
    await until(() => isBlocked(b, client), 1);
  });

  it('verify as fast as ever while Redis hangs, and share again when it goes on', async () => {
    const { key } = await a.createKey();
    const timed = async (): Promise<number[]> => {
      const times = [];
      for (let i = 0; i < 100; i += 1) {
        const startedAt = performance.now();
        await guess(a, someClient(), `wrong${i}`);
        expect(await guess(a, '203.0.113.1', key)).toEqual([200]);
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    const before = median(await timed());
    redis.signal('SIGSTOP');
    try {
      const times = await timed();
      expect(median(times)).toBeLessThan(3 * before + 2);
      expect(Math.max(...times)).toBeLessThan(400);
      const client = someClient();
      expect(await guess(a, client, ...FOUR, 'wrong5')).toEqual([403, 403, 403, 403, 429]);
      await until(() => !isConnected(a) && !isConnected(b), 5);
      const startedAt = performance.now();
      const late = await TestServer.start(await settings());
      expect((await from(late, client)).status).toBe(403);
      const stoppedAt = performance.now();
      await late.stop();
      expect(performance.now() - stoppedAt).toBeLessThan(1000);
      expect(stoppedAt - startedAt).toBeLessThan(10_000);
    } finally {
      redis.signal('SIGCONT');
    }
    await connected(a, b);
    const client = someClient();
    await guess(a, client, ...FOUR);
    await until(() => isBlocked(b, client), 1);
  });
});

describe('where every verification counts', () => {
  it('those of both replicas count together, in few reports', async () => {
    const settings = {
      APIKM_DATABASE_URL: await freshDatabaseUrl(),
      APIKM_REDIS_URL: redis.url,
      APIKM_RATE_LIMIT: '400/minute',
      APIKM_RATE_LIMIT_COUNTS: 'all',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    };
    const a = await TestServer.start(settings);
    const b = await TestServer.start(settings);
    await connected(a, b);
    const [client, { key }] = [someClient(), await a.createKey()];
    await redis.client.config('RESETSTAT');
    const startedAt = performance.now();
    for (let i = 0; i < 199; i += 1) for (const server of [a, b]) await guess(server, client, key);
    await until(async () => (await redis.total('400/60', client)) === 398);
    const most = 2 * ((performance.now() - startedAt) / 50 + 2);
    const [, reports] = /cmdstat_eval:calls=(\d+)/.exec(await redis.client.info('commandstats'))!;
    expect(Number(reports)).toBeLessThan(most);
    await guess(a, client, key);
    await guess(b, client, key);
    await until(async () => (await isBlocked(a, client)) && (await isBlocked(b, client)), 1);
    await a.stop();
    await b.stop();
  });
});

describe('an operator', () => {
  it('reads of each loss and each return once, and sees in the metrics how it stands', async () => {
    const port = await freePort();
    const settings = { APIKM_REDIS_URL: redis.url, APIKM_METRICS_PORT: String(port) };
    const server = await TestServer.start({ ...settings, APIKM_LOG_LEVEL: 'info' });
    const up = async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return /^apikm_redis_up (\d)$/m.exec(text)?.[1];
    };
    await connected(server);
    expect(await up()).toBe('1');
    await redis.kill();
    try {
      await until(() => !isConnected(server));
      expect(await up()).toBe('0');
    } finally {
      await redis.resume();
    }
    await connected(server);
    expect(await up()).toBe('1');
    expect(toldOfRedis(server)).toEqual([
      'Redis is connected',
      'Redis is not connected',
      'Redis is connected',
    ]);
    await server.stop();
  });
});

/** A way to Redis that can be cut for one replica alone. */
class Cable {
  private sockets = new Set<Socket>();
  private constructor(private readonly server: Server) {}

  static async to(port: number): Promise<Cable> {
    const server = createServer();
    const cable = new Cable(server);
    server.on('connection', (near) => {
      const far = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        cable.sockets.add(one.on('error', () => {}).on('close', () => other.destroy()));
        one.pipe(other);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return cable;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<number> {
    const { port } = this;
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    return port;
  }

  async mend(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }
}

describe('a change made on one replica', () => {
  let a: TestServer;
  let hearing: TestServer;
  let deaf: TestServer;
  let deafAndAlone: TestServer;
  let cable: Cable;
  let id: string;
  let key: string;
  beforeEach(async () => {
    cable = await Cable.to(redis.port);
    const url = await freshDatabaseUrl();
    const common = { APIKM_DATABASE_URL: url, APIKM_REDIS_URL: redis.url };
    a = await TestServer.start({ ...common, APIKM_REDIS_URL: `redis://127.0.0.1:${cable.port}` });
    hearing = await TestServer.start(common);
    // As behind a pooler: it listens, nobody refuses that, and nothing is ever heard.
    const deafness = { APIKM_DATABASE_DIRECT_URL: await freshDatabaseUrl(), APIKM_MIGRATE_ON_START: 'false' };
    deaf = await TestServer.start({ ...common, ...deafness });
    deafAndAlone = await TestServer.start({ APIKM_DATABASE_URL: url, ...deafness });
    await connected(a, hearing, deaf);
    ({ id, key } = await a.createKey());
    for (const server of [a, hearing, deaf, deafAndAlone]) expect(await statusAt(server)).toBe(200);
  });
  afterEach(async () => {
    for (const server of [a, hearing, deaf, deafAndAlone]) await server.stop();
    await cable.cut();
  });
  const statusAt = async (server: TestServer) => (await server.check(key)).status;
  const revoke = () => a.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);

  it('is seen within a second on all, also where LISTEN hears nothing', async () => {
    await revoke();
    expect(await statusAt(a)).toBe(403);
    await until(async () => (await statusAt(deaf)) === 403, 1);
    await until(async () => (await statusAt(hearing)) === 403, 1);
    expect(await statusAt(deafAndAlone)).toBe(200);
    await a.as(ALICE, 'POST', `/v1/keys/${id}/renew`, {
      expiresAt: new Date(a.clock.millis() + 3_600_000).toISOString(),
    });
    await until(async () => (await statusAt(deaf)) === 200, 1);
  });

  it('goes by PostgreSQL while Redis is dead, and is seen by all when that returns', async () => {
    await redis.kill();
    try {
      await until(() => !isConnected(a) && !isConnected(hearing) && !isConnected(deaf));
      // The loss made them doubt what they know: now they know it again.
      for (const server of [hearing, deaf]) expect(await statusAt(server)).toBe(200);
      await revoke();
      await until(async () => (await statusAt(hearing)) === 403, 1);
      expect(await statusAt(deaf)).toBe(200);
    } finally {
      await redis.resume();
    }
    await until(async () => (await statusAt(deaf)) === 403);
  });

  it('is told later by a replica that had lost Redis alone', async () => {
    const port = await cable.cut();
    await until(() => !isConnected(a));
    await revoke();
    expect(await statusAt(deaf)).toBe(200);
    await cable.mend(port);
    await until(async () => (await statusAt(deaf)) === 403);
    expect(isConnected(deaf)).toBe(true);
  });
});

describe('a Redis with a password', () => {
  beforeEach(async () => {
    await redis.client.config('SET', 'requirepass', 'open sesame');
    await redis.client.auth('open sesame');
  });
  afterEach(() => redis.client.config('SET', 'requirepass', ''));

  it('is used with it, in the numbered database that the settings name', async () => {
    const url = `redis://:open%20sesame@127.0.0.1:${redis.port}/3`;
    const server = await TestServer.start({ APIKM_REDIS_URL: url });
    await connected(server);
    await server.check('wrong');
    await until(async () => /db3:keys=1/.test(await redis.client.info('keyspace')));
    await server.stop();
  });

  it.each([
    ['a wrong password', ':wrong@', '', 'WRONGPASS'],
    ['no password', '', '', 'NOAUTH'],
    ['a number that is none', ':open%20sesame@', '/999', 'DB index is out of range'],
  ])('is not used with %s, and the log says why', async (_, login, db, why) => {
    const url = `redis://${login}127.0.0.1:${redis.port}${db}`;
    const server = await TestServer.start({ APIKM_REDIS_URL: url, APIKM_LOG_LEVEL: 'info' });
    await until(() => server.lines.some((line) => line.includes('not connected')));
    expect(server.lines.find((line) => line.includes('not connected'))).toContain(why);
    expect((await server.check('wrong')).status).toBe(403);
    expect(isConnected(server)).toBe(false);
    expect(await redis.client.keys('apikm:*')).toEqual([]);
    await server.stop();
  });

  it('that refuses what is asked of it is named once in the log, and verification goes on', async () => {
    await redis.client.call('ACL', 'SETUSER', 'limited', 'on', '>pw', 'allchannels', '+@all', '-eval', '~*');
    const url = `redis://limited:pw@127.0.0.1:${redis.port}`;
    const server = await TestServer.start({ APIKM_REDIS_URL: url, APIKM_LOG_LEVEL: 'info' });
    await connected(server);
    const refusals = () => server.lines.filter((line) => line.includes('Redis refuses a command'));
    for (const key of FOUR) expect((await server.check(key)).status).toBe(403);
    await until(() => refusals().length > 0);
    await server.check('wrong5');
    await until(async () => /eval:.*rejected_calls=[2-9]/.test(await redis.client.info('commandstats')));
    expect(refusals()).toHaveLength(1);
    await server.stop();
  });
});
