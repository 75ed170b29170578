import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Redis } from '../../src/database/redis.js';
import { TestServer } from '../support/app.js';
import { freePort } from '../support/free-port.js';

/** Takes connections and says what it is told to, or nothing. */
class StandIn {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(answer = ''): Promise<StandIn> {
    const server = createServer();
    const standIn = new StandIn(server);
    server.on('connection', (socket) => {
      // One answer for each command that came.
      const answerTo = (sent: Buffer) =>
        socket.write(answer.repeat(String(sent).match(/^\*\d+\r$/gm)?.length ?? 0));
      standIn.sockets.add(socket.on('error', () => {}).on('data', answerTo));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }
}

describe('where the settings name a Redis that', () => {
  let standIn: StandIn | undefined;
  afterEach(() => standIn?.stop());

  const nobody = async () => freePort();
  const silent = async () => (standIn = await StandIn.start()).port;
  const unknowing = async () => (standIn = await StandIn.start('*-1\r\n')).port;
  const refusing = async () => (standIn = await StandIn.start('-WRONGPASS invalid password\r\n')).port;

  const server = (port: number) => `redis://:hunter2@127.0.0.1:${port}/1`;
  const cluster = (port: number) => `redis+cluster://:hunter2@127.0.0.1:${port}`;
  const sentinel = (port: number) => `redis+sentinel://:hunter2@127.0.0.1:${port}/cache/1`;

  it.each([
    ['is away', nobody, server, /ECONNREFUSED/],
    ['takes connections and never answers', silent, server, /Command timed out/],
    ['refuses the password', refusing, server, /WRONGPASS/],
    ['is a cluster away', nobody, cluster, /nothing answers there/],
    ['is a cluster that refuses the password', refusing, cluster, /WRONGPASS/],
    [
      'is known by a sentinel that never answers',
      silent,
      sentinel,
      /no sentinel names the master: .*timed out/,
    ],
    ['is known by a sentinel under another name', unknowing, sentinel, /they know no master of that name/],
  ])('%s, the server starts, verifies, counts alone, says so once and ends', async (_, where, form, why) => {
    const url = form(await where());
    const metrics = String(await freePort());
    const settings = { APIKM_REDIS_URL: url, APIKM_RATE_LIMIT: '2/minute', APIKM_LOG_LEVEL: 'info' };
    const replica = await TestServer.start({ ...settings, APIKM_METRICS_PORT: metrics });
    const losses = () => replica.lines.filter((line) => line.includes('Redis is not connected'));
    const { key } = await replica.createKey();
    expect((await replica.check(key)).status).toBe(200);
    for (const bad of ['wrong1', 'wrong1', 'wrong2']) expect((await replica.check(bad)).status).toBe(403);
    expect((await replica.check('wrong3')).status).toBe(429);
    expect((await replica.check(key)).status).toBe(200);
    await expect.poll(losses).toHaveLength(1);
    expect(losses()[0]).toMatch(why);
    expect(replica.lines.join()).not.toContain('hunter2');
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    expect(text).toMatch(/^apikm_redis_up 0$/m);
    const stoppedAt = performance.now();
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    expect(losses()).toHaveLength(1);
  });
});

describe('where the settings name no Redis', () => {
  it('nothing of it is there', async () => {
    const port = String(await freePort());
    const server = await TestServer.start({ APIKM_METRICS_PORT: port });
    expect(server.get(Redis).isUsed).toBe(false);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).not.toContain('apikm_redis');
  });
});
