import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../../support/app.js';
import { cpuTime } from '../../support/cpu.js';
import { rawRequest, rawText } from '../../support/raw-http.js';
import type { RawAnswer } from '../../support/raw-http.js';
import { ROUTES, verify } from '../../support/verification-routes.js';

let server: TestServer;
let key: string;
beforeAll(async () => {
  server = await TestServer.start({ APIKM_ROOT_PATH: '/apikm', APIKM_LOG_LEVEL: 'error' });
  ({ key } = await server.createKey());
});
afterAll(async () => {
  // Nothing here was the service's fault.
  expect(server.lines).toEqual([]);
  await server.stop();
});

const goodPasses = async () => expect((await server.check(key)).status).toBe(200);

describe('the carrier in the path', () => {
  it.each([
    [200, (k: string) => `/k/${k}/auth/check_key`],
    [200, (k: string) => `/apikm/k/${k}/auth/check_key`],
    [200, (k: string) => `http://any.host/apikm/k/${k}/auth/check_key`],
    [200, (k: string) => `/k/${k}/v1/forward-auth`],
    [404, (k: string) => `/k/${k}`],
    [200, (k: string) => `/k/${k}/`],
    [404, (k: string) => `/k//auth/check_key?api-key=${k}`],
    [404, (k: string) => `/k/${k}%2F../auth/check_key`],
    [404, (k: string) => `/k/${k}/../auth/check_key`],
    [404, (k: string) => `/k/${k}//auth/check_key`],
    [404, (k: string) => `/k/${k}%00/auth/check_key`],
    [200, (k: string) => `/k/%20${k}%0A/auth/check_key`],
    [404, (k: string) => `/k/%61${k.slice(1)}/auth/check_key`],
    [404, (k: string) => `/%6B/${k}/auth/check_key`],
    [404, (k: string) => `/K/${k}/auth/check_key`],
    [404, (k: string) => `//k/${k}/auth/check_key`],
    [404, (k: string) => `/./k/${k}/auth/check_key`],
    [404, (k: string) => `/x/k/${k}/auth/check_key`],
    [404, (k: string) => `/k/${k}/apikm/auth/check_key`],
    [404, (k: string) => `/apikm/apikm/auth/check_key?api-key=${k}`],
    [404, (k: string) => `/apikmx/auth/check_key?api-key=${k}`],
    [404, (k: string) => `/k/${k}/k/${k}/auth/check_key`],
    [404, (k: string) => `/AUTH/CHECK_KEY?api-key=${k}`],
    [404, (k: string) => `/auth/check%5Fkey?api-key=${k}`],
    [404, (k: string) => `//auth/check_key?api-key=${k}`],
  ])('gives %i for %s', async (status, path) => {
    const answer = await rawRequest(server.url, { path: path(key) });
    expect(answer.status).toBe(status);
    expect(answer.lines.join() + answer.body).not.toContain(key);
  });
});

describe('a body of POST /v1/verify', () => {
  const nested = (depth: number, [open, close]: readonly [string, string]) =>
    `{"key":${open.repeat(depth)}1${close.repeat(depth)}}`;

  it.each<[number, string, () => unknown]>([
    [400, 'that is empty', () => ''],
    [400, 'that is no JSON', () => '{"key":'],
    [400, 'that is a list', () => '[{"key":"x"}]'],
    [400, 'that is a text', () => '"akm_x"'],
    [400, 'that is null', () => 'null'],
    [400, 'without a key', () => ({})],
    [400, 'with null for a key', () => ({ key: null })],
    [400, 'with a number for a key', () => ({ key: 1 })],
    [400, 'with a list of keys', () => ({ key: [key] })],
    [400, 'with an object for a key', () => ({ key: { toString: key } })],
    [400, 'with a key longer than any', () => ({ key: 'x'.repeat(4097) })],
    [400, 'with an unknown field', () => ({ key, userId: 'x' })],
    [400, 'with __proto__', () => `{"key":"${key}","__proto__":{"valid":true}}`],
    [400, 'with constructor', () => ({ key, constructor: { prototype: {} } })],
    [400, 'with a list of audiences', () => ({ key, audience: ['maps'] })],
    [400, 'with a long audience', () => ({ key, audience: 'x'.repeat(300) })],
    [400, 'with an object to require', () => ({ key, require: { role: 'reader' } })],
    [400, 'with a requirement that is none', () => ({ key, require: 'reader' })],
    [400, 'with an address that is none', () => ({ key, clientIp: '10.0.0.1, 10.0.0.2' })],
    [400, 'with a zone nobody can read', () => ({ key, clientIp: 'fe80::1%a-b' })],
    [400, 'with lists in lists', () => nested(15_000, ['[', ']'])],
    [400, 'with objects in objects', () => nested(5000, ['{"a":', '}'])],
    [413, 'of a mebibyte', () => ({ key: 'x'.repeat(1 << 20) })],
    [413, 'of a mebibyte that is no JSON', () => '['.repeat(1 << 20)],
  ])('%i: %s', async (status, _, body) => {
    const text = typeof body() === 'string' ? (body() as string) : JSON.stringify(body());
    const spent = cpuTime();
    const answer = await rawRequest(server.url, {
      method: 'POST',
      path: '/v1/verify',
      headers: [['Content-Type', 'application/json']],
      body: text,
    });
    expect(spent()).toBeLessThan(500);
    expect([answer.status, answer.header('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    tellsNothing(answer);
    await goodPasses();
  });

  it.each([
    ['NUL', '\0'],
    ['half a pair', '\ud800'],
    ['an override of direction', '\u202e'],
    ['a line end', '\r\n'],
    ['an emoji', '😀'],
  ])('may hold %s in any text, which is no key', async (_, sign) => {
    const body = { key: `${sign}akm_x`, audience: sign, referer: sign };
    expect((await verify(server, body)).verdict).toEqual({ valid: false, code: 'MALFORMED' });
    const asked = { key, audience: sign, require: `role:x${sign}`, referer: sign };
    expect([200, 400]).toContain((await verify(server, asked)).status);
    expect((await verify(server, { key, audience: sign })).verdict.valid).toBe(true);
  });

  it.each([
    ['XML', 'application/xml', '<key/>', undefined],
    ['a form', 'application/x-www-form-urlencoded', 'key=x', undefined],
    ['plain text', 'text/plain', '{"key":"x"}', undefined],
    ['many parts', 'multipart/form-data; boundary=x', '--x--', undefined],
    ['JSON of another kind', 'application/jsonp', '{"key":"x"}', undefined],
    ['no type', '', '{"key":"x"}', undefined],
    ['a gzip bomb', 'application/json', gzipSync('x'.repeat(1 << 24)).toString('latin1'), 'gzip'],
    ['another compression', 'application/json', '{"key":"x"}', 'br'],
    ['a charset of the past', 'application/json; charset=utf-7', '{"key":"x"}', undefined],
    ['a charset of two bytes', 'application/json; charset="utf-16"', '{"key":"x"}', undefined],
  ])('is refused as %s', async (_, type, body, encoding) => {
    const headers = [...(type ? [['Content-Type', type] as const] : [])];
    if (encoding) headers.push(['Content-Encoding', encoding] as never);
    const answer = await rawRequest(server.url, { method: 'POST', path: '/v1/verify', headers, body });
    expect(answer.status).toBe(415);
    tellsNothing(answer);
  });
});

it('a body may name the charset that all JSON has', async () => {
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"; x=y']) {
    const headers = [['Content-Type', type]] as const;
    const body = JSON.stringify({ key });
    const answer = await rawRequest(server.url, { method: 'POST', path: '/v1/verify', headers, body });
    expect([type, answer.status]).toEqual([type, 200]);
  }
});

describe('what is not HTTP as it should be', () => {
  const head = 'Host: x\r\nContent-Type: application/json\r\n';
  it.each([
    [
      400,
      'two lengths',
      `POST /v1/verify HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    [
      400,
      'a length and chunks',
      `POST /v1/verify HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      400,
      'chunks of chunks',
      `POST /v1/verify HTTP/1.1\r\n${head}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
    ],
    [400, 'bare line feeds', 'GET /auth/check_key HTTP/1.1\nHost: x\n\n'],
    [400, 'a space before the colon', 'GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key : a\r\n\r\n'],
    [400, 'NUL in a header', 'GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: a\0b\r\n\r\n'],
    [400, 'no host', 'GET /auth/check_key HTTP/1.1\r\n\r\n'],
    [400, 'bytes in the path', `GET /auth/check_key\xff HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      431,
      'a header of 70 KiB',
      `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${'x'.repeat(71_680)}\r\n\r\n`,
    ],
    [431, 'a URL of 70 KiB', `GET /auth/check_key?${'x'.repeat(71_680)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [431, 'thousands of headers', `GET /auth/check_key HTTP/1.1\r\nHost: x\r\n${'A:\r\n'.repeat(2500)}\r\n`],
    [400, 'two hosts', 'GET /auth/check_key HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
  ])('%i and the end of the connection: %s', async (status, _, text) => {
    expect((await rawText(server.url, text)).status).toBe(status);
    await goodPasses();
  });

  it('stops nobody else, when hundreds begin and never end', async () => {
    const { port } = new URL(server.url);
    const slow: Socket[] = [];
    for (let i = 0; i < 300; i += 1) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write('GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-');
      slow.push(socket);
    }
    for (let i = 0; i < 50; i += 1) await goodPasses();
    slow.forEach((socket) => socket.destroy());
  });
});

describe('every refusal', () => {
  it('tells of no program, version, place or statement', async () => {
    for (const route of [...ROUTES, '/v1/verify', '/nowhere', '/%zz', '/k/x'])
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'TRACE', 'PROPFIND'])
        tellsNothing(await rawRequest(server.url, { method, path: `${route}?api-key=a&api-key=b` }));
  });
});

function tellsNothing({ status, lines, body }: RawAnswer): void {
  expect([status < 500, status !== 200]).toEqual([true, true]);
  expect(body).not.toMatch(
    /\bat .*:\d+|node_modules|\.[jt]s\b|SELECT|express\b|nestjs|postgres|pglite|JSON at/i,
  );
  expect(lines.filter((line) => /^(?:server|x-powered-by|via):/i.test(line))).toEqual([]);
}
