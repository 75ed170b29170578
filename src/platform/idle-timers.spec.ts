import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { IdleTimers } from './idle-timers.js';

const ASKED = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('a connection', () => {
  let server: Server;
  afterEach(() => server.close().closeAllConnections());

  async function open(idleMs: number): Promise<{ client: Socket; accepted: Socket }> {
    server = createServer((_req, res) => res.end());
    server.timeout = idleMs;
    server.keepAliveTimeout = 0;
    new IdleTimers(server, 20);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    const [accepted] = (await once(server, 'connection')) as [Socket];
    return { client, accepted };
  }

  it.each(['', ASKED])('is ended once nothing moves on it (%j)', async (text) => {
    const idleMs = 300;
    const startedAt = performance.now();
    const { client } = await open(idleMs);
    client.write(text);
    await once(client, 'close');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(idleMs);
  });

  it('has a timer only while it is not in use', async () => {
    const idleMs = 60_000;
    const { client, accepted } = await open(idleMs);
    await expect.poll(() => accepted.timeout).toBe(idleMs);
    const asking = setInterval(() => client.write(ASKED), 5);
    await expect.poll(() => accepted.timeout).toBe(0);
    clearInterval(asking);
    await expect.poll(() => accepted.timeout).toBe(idleMs);
    client.destroy();
  });
});
