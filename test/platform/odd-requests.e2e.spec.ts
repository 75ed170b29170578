import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { rawRequest, rawText } from '../support/raw-http.js';

const FLOOD = `
  const [port, request] = process.argv.slice(1);
  for (let i = 0; i < 20; i += 1) {
    const socket = require('node:net').connect(Number(port), '127.0.0.1').on('error', () => {});
    socket.pause();
    socket.write(request.repeat(20_000));
  }
  console.log('begun');
  setTimeout(() => {}, 10_000);
`;

describe('the server', () => {
  let server: TestServer;
  let key: string;
  let metrics: string;
  beforeAll(async () => {
    const port = await freePort();
    metrics = `http://127.0.0.1:${port}/metrics`;
    server = await TestServer.start({
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
      APIKM_METRICS_PORT: String(port),
    });
    ({ key } = await server.createKey({ allowedIps: ['203.0.113.0/24'] }));
  });
  afterAll(() => server.stop());

  it.each(['/auth/check_key', '/v1/forward-auth', '/v1/me'])(
    'sees every header at %s, however many stand in front of it',
    async (path) => {
      const many = Array.from({ length: 1500 }, () => ['A', ''] as const);
      const headers = [...many, ['X-Api-Key', key] as const, ['X-Forwarded-For', '203.0.113.9'] as const];
      const { status } = await rawRequest(server.url, { path, headers });
      expect(status).toBe(path === '/v1/me' ? 401 : 200);
      const far = [...many, ['X-Api-Key', key] as const, ['X-Forwarded-For', '198.51.100.9'] as const];
      expect((await rawRequest(server.url, { path, headers: far })).status).not.toBe(200);
    },
  );

  it('takes a good key beside 60 KiB of what gateways hand on', async () => {
    const cookie = ['Cookie', 'x'.repeat(60 * 1024)] as const;
    const headers = [cookie, ['X-Api-Key', key] as const, ['X-Forwarded-For', '203.0.113.9'] as const];
    for (const path of ['/auth/check_key', '/v1/forward-auth'])
      expect((await rawRequest(server.url, { path, headers })).status).toBe(200);
  });

  it('says in words what is too large, and counts it', async () => {
    const answer = await rawRequest(server.url, { path: '/', headers: [['Cookie', 'x'.repeat(70 * 1024)]] });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      431,
      expect.objectContaining({ code: 'HEADERS_TOO_LARGE', detail: expect.stringContaining('64 KiB') }),
    ]);
    expect(await (await fetch(metrics)).text()).toMatch(/^apikm_unreadable_requests_total [1-9]/m);
  });

  const FRESH_ID = expect.stringMatching(/^[\w.-]{1,64}$/) as string;
  const FAR_TOO_LARGE = `GET / HTTP/1.1\r\nCookie: ${'x'.repeat(70_000)}\r\n\r\n`;
  it.each([
    ['without a Host', 'GET / HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n', 400, 'no Host', 'mine'],
    ['with two', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'two Host', FRESH_ID],
    ['that is none', 'GET / HTTP/9\r\n\r\n', 400, 'not an HTTP/1.1 request', FRESH_ID],
    ['that is too large', FAR_TOO_LARGE, 431, '64 KiB', FRESH_ID],
  ])('says why it takes no request %s, and by which id that is found', async (_, text, status, why, id) => {
    const answer = await rawText(server.url, text);
    const type = 'application/problem+json; charset=utf-8';
    expect([answer.status, answer.header('content-type')]).toEqual([status, type]);
    expect(JSON.parse(answer.body)).toMatchObject({ status, detail: expect.stringContaining(why) });
    expect(answer.header('x-request-id')).toEqual(id);
  });

  it('takes a request of HTTP/1.0, which need not name a host', async () => {
    const answer = await rawText(server.url, `GET /auth/check_key HTTP/1.0\r\nX-Api-Key: ${key}\r\n\r\n`);
    expect(answer.status).toBe(403);
  });

  it.each(['/', '/docs/', '/docs', '/docs/init.js', '/openapi.json'])(
    'gives the page %s to whoever reads, and to no other method',
    async (path) => {
      for (const method of ['TRACE', 'POST', 'DELETE']) {
        const answer = await rawRequest(server.url, { method, path });
        expect([answer.status, answer.header('allow')]).toEqual([405, 'GET, HEAD']);
      }
    },
  );

  it('never takes for a request what was announced as a body and did not come', async () => {
    const head = `POST /v1/forward-auth HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\n`;
    const answer = await rawText(server.url, head);
    expect([answer.status, answer.header('x-apikm-code')]).toEqual([401, 'MISSING']);
  });

  it('keeps nobody waiting for those who send thousands of requests and never read', async () => {
    const { port } = new URL(server.url);
    const request = `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${key}\r\n\r\n`;
    // In a process of its own, so that what it does takes no time from the server.
    const flooding = spawn(process.execPath, ['-e', FLOOD, port, request]);
    const waits: number[] = [];
    await once(flooding.stdout, 'data');
    for (let i = 0; i < 60; i += 1) {
      const startedAt = performance.now();
      expect((await server.call('/health/live')).status).toBe(200);
      waits.push(performance.now() - startedAt);
      await pause(30);
    }
    flooding.kill();
    waits.sort((a, b) => a - b);
    expect(waits.at(-1)).toBeLessThan(1000);
    expect(waits.at(-6)).toBeLessThan(150);
  });

  it('answers all that one connection sends at once, in order, to whoever reads it', async () => {
    const { port } = new URL(server.url);
    const ids = Array.from({ length: 1000 }, (_, i) => `n${i}`);
    const text = ids
      .map((id) => `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\n\r\n`)
      .join('');
    const answered = await new Promise<string[]>((resolve, reject) => {
      let read = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
      socket.on('error', reject).on('data', (chunk) => {
        read += chunk.toString();
        const found = [...read.matchAll(/X-Request-Id: (n\d+)\r/g)].map(([, id]) => id!);
        if (found.length < ids.length) return;
        socket.destroy();
        resolve(found);
      });
    });
    expect(answered).toEqual(ids);
  });
});
