import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FastLane } from '../../src/verification/fast-lane.js';
import { TestServer } from '../support/app.js';
import { rawText } from '../support/raw-http.js';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: [string, string][];
}

/** The raw answer, Date aside. */
function raw(url: string, { method, path, headers }: Sent): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const flat = [...headers, ['Host', 'x'], ['X-Request-Id', 'same']].flat();
    const sent = request({ port, host: '127.0.0.1', method, path, headers: flat as never }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const lines = answer.rawHeaders.map((text, i) => (answer.rawHeaders[i - 1] === 'Date' ? '' : text));
        resolve(JSON.stringify([answer.statusCode, lines, Buffer.concat(chunks).toString()]));
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The same requests with the lane and without it, each on a server of its own with the same keys. */
describe.each([
  ['from nobody known', {}],
  [
    'behind a trusted proxy, under a root path',
    { APIKM_TRUSTED_PROXIES: '127.0.0.1/32', APIKM_ROOT_PATH: '/apikm' },
  ],
  [
    'with keys in URLs forbidden and few refusals allowed',
    { APIKM_KEYS_IN_URL: 'false', APIKM_RATE_LIMIT: '9/minute' },
  ],
])('the fast lane, %s', (_, settings) => {
  let server: TestServer;
  let keys: Record<string, string>;
  let answered = 0;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_VERIFY_FRESH: '3600', ...settings });
    const make = async (input: object = {}) => (await server.createKey(input as Record<string, unknown>)).key;
    const revoked = await server.createKey();
    keys = {
      plain: await make(),
      forLocal: await make({ allowedIps: ['127.0.0.0/8'] }),
      forOthers: await make({ allowedIps: ['10.0.0.0/8'] }),
      forSite: await make({ allowedReferers: ['good.example.org'] }),
      forMaps: await make({ audiences: ['maps'], scopes: ['s:read'] }),
      notInUrl: await make({ allowKeyInUrl: false }),
      named: await make({ name: 'ключ', config: { a: '✓', b: [1] } }),
      revoked: revoked.key,
      unknown: `akm_${'0'.repeat(38)}`,
      uuid: '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d',
      nonsense: 'x',
    };
    await server.as('11111111-1111-4111-8111-111111111111', 'POST', `/v1/keys/${revoked.id}/revoke`);
    // With few refusals allowed, every answer is that of a blocked client.
    for (let i = 0; i < 12; i += 1) await server.check(`bad-${i}`);
    const lane = server.get(FastLane);
    const handle = lane.handle.bind(lane);
    lane.handle = (req, res, longWay) => {
      if (req.headers['x-long-way']) return false;
      const done = handle(req, res, longWay);
      if (done) answered += 1;
      return done;
    };
  });
  afterAll(() => server.stop());

  function* requests(): Generator<Sent> {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    for (const key of Object.values(keys)) {
      const carried: [string, [string, string][]][] = [
        ['', [['x-api-key', key]]],
        ['', [['authorization', `Bearer ${key}`]]],
        ['', [['authorization', basic(`u:${key}`)]]],
        ['', [['authorization', basic(`${key}:`)]]],
        [`?api-key=${key}`, []],
        [`?api-key=${key}&api-key=${key}`, [['x-api-key', key]]],
        [
          '',
          [
            ['x-api-key', key],
            ['x-api-key', key],
          ],
        ],
        [
          '',
          [
            ['x-api-key', key],
            ['x-api-key', 'other'],
          ],
        ],
      ];
      for (const [query, headers] of carried) {
        yield { method: 'GET', path: `/auth/check_key${query}`, headers };
        yield { method: 'GET', path: `/v1/forward-auth${query}`, headers };
      }
      const at = (path: string, ...headers: [string, string][]): Sent => ({
        method: 'GET',
        path,
        headers: [['x-api-key', key], ...headers],
      });
      yield { method: 'GET', path: `/k/${key}/auth/check_key`, headers: [] };
      yield { method: 'GET', path: `/k/${key}/v1/forward-auth`, headers: [] };
      yield { method: 'HEAD', path: '/v1/forward-auth', headers: [['x-api-key', key]] };
      yield { method: 'HEAD', path: '/auth/check_key', headers: [['x-api-key', key]] };
      yield at('/v1/forward-auth?audience=maps&require=scope:s:read,role:reader&cache=60');
      yield at('/v1/forward-auth?require=nonsense&status=nginx');
      yield at('/v1/forward-auth/some/file.tif?x=1');
      yield at('/v1/forward-auth', ['x-original-uri', `/k/${key}/a/b.tif?c=d&api-key=${key}`]);
      yield at('/v1/forward-auth?status=nginx', ['x-forwarded-uri', '/wms?api-key=other']);
      yield at('/auth/check_key', ['x-forwarded-for', '10.1.2.3']);
      yield at('/auth/check_key', ['x-forwarded-for', 'nonsense, 10.1.2.3']);
      yield at('/auth/check_key', ['referer', 'https://good.example.org/x']);
      yield at('/auth/check_key', ['referer', 'https://evil.org/?good.example.org']);
      yield at('/auth/check_key', ['origin', 'https://good.example.org']);
      yield at('/v1/forward-auth', ['sec-fetch-mode', 'cors']);
      yield at('/v1/forward-auth/a.tif', ['content-length', '0']);
      yield at('/auth/check_key', ['content-length', '0'], ['content-type', 'application/json']);
    }
    for (const method of ['POST', 'DELETE', 'OPTIONS'])
      for (const path of ['/auth/check_key', '/v1/forward-auth?preflight=1'])
        yield { method, path, headers: [] };
    for (const path of [
      '/auth/check_key',
      '/v1/forward-auth',
      '/auth/check_keys',
      '/v1/forward-authx',
      '/auth/check_key/',
    ])
      yield { method: 'GET', path, headers: [] };
    yield { method: 'GET', path: '/auth/check_key', headers: [['authorization', 'Bearer a.b.c']] };
    yield {
      method: 'GET',
      path: '/auth/check_key',
      headers: [['authorization', `Bearer ${'x'.repeat(5000)}`]],
    };
    yield { method: 'GET', path: '/auth/check_key?%', headers: [['x-api-key', '%00']] };
    yield { method: 'GET', path: '//auth/check_key', headers: [['x-api-key', keys.plain!]] };
  }

  it('answers every request as the long way does, byte by byte', async () => {
    const all = [...requests()];
    expect(all.length).toBeGreaterThan(300);
    for (const sent of all) {
      const long = await raw(server.url, { ...sent, headers: [...sent.headers, ['x-long-way', '1']] });
      const short = await raw(server.url, sent);
      expect([sent, short]).toEqual([sent, long]);
    }
    expect(answered).toBeGreaterThan(all.length / 2);
  });

  // The second one ends a connection that the first has not.
  const END = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  it.each([
    ['in HTTP/1.0', ' HTTP/1.0\r\n', ''],
    ['in HTTP/1.0 that keeps it', ' HTTP/1.0\r\nConnection: keep-alive\r\n', END],
    ['in HTTP/1.1', ' HTTP/1.1\r\nHost: x\r\n', END],
    ['that ends it', ' HTTP/1.1\r\nHost: x\r\nConnection: close\r\n', ''],
    ['that waits to be told to go on', ' HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n', END],
  ])('does with the connection of a request %s what the long way does', async (_of, begin, next) => {
    for (const target of ['GET /auth/check_key', 'GET /v1/forward-auth', 'HEAD /v1/forward-auth']) {
      const answers: string[] = [];
      for (const way of ['X-Long-Way: 1\r\n', '']) {
        const own = `X-Request-Id: same\r\nX-Api-Key: ${keys.plain}\r\n${way}\r\n`;
        const { text } = await rawText(server.url, `${target}${begin}${own}${next}`);
        answers.push(text.replaceAll(/Date: .*|X-Request-Id: (?!same).*/g, ''));
      }
      expect(answers[1]).toMatch(/^HTTP/);
      expect(answers[1]).toBe(answers[0]);
    }
  });

  it('answers Envoy, which says of every request how long its body is', async () => {
    answered = 0;
    const headers: [string, string][] = [
      ['x-api-key', keys.plain!],
      ['content-length', '0'],
    ];
    await raw(server.url, { method: 'GET', path: '/v1/forward-auth/a.tif', headers });
    expect(answered).toBe(1);
  });
});
