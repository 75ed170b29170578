import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digestOf, mintKey } from '../../../src/api-keys/key-material.js';
import { VerificationPool } from '../../../src/database/verification-pool.js';
import { Invalidation } from '../../../src/invalidation/invalidation.service.js';
import { SELECT_KEYS } from '../../../src/key-lookup/snapshot.js';
import { TestServer } from '../../support/app.js';
import { ALICE } from '../../support/keycloak-stand-in.js';
import { flood, rawRequest } from '../../support/raw-http.js';
import type { HeaderLine } from '../../support/raw-http.js';
import { ask, basic, expectedOf, ROUTES, told, wrapLookups } from '../../support/verification-routes.js';
import type { Carried, Code } from '../../support/verification-routes.js';

const x = (key: string): HeaderLine => ['X-Api-Key', key];
const authorization = (value: string): HeaderLine => ['Authorization', value];

describe('a key', () => {
  let server: TestServer;
  const keys = { good: '', other: '', site: '', office: '', headerOnly: '' };
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    const limits = {
      good: {},
      other: {},
      site: { allowedReferers: ['good.org'] },
      office: { allowedIps: ['203.0.113.0/24'] },
      headerOnly: { allowKeyInUrl: false },
    };
    for (const [name, input] of Object.entries(limits))
      keys[name as keyof typeof keys] = (await server.createKey(input)).key;
  });
  afterAll(() => server.stop());

  it.each<[string, Code, () => Carried]>([
    [
      'beside another one in the same Basic',
      'AMBIGUOUS',
      () => ({ headers: [authorization(basic(`${keys.good}:${keys.other}`))] }),
    ],
    [
      'as Bearer beside a password of another service',
      'VALID',
      () => ({ headers: [authorization(`Bearer ${keys.good}`), authorization(basic('me:secret'))] }),
    ],
    [
      'with spaces around it that HTTP doesn’t take away',
      'VALID',
      () => ({ headers: [x(`\xa0${keys.good}\xa0`)] }),
    ],
    [
      'in a parameter whose name begins with a question mark',
      'MISSING',
      () => ({ query: `??api-key=${keys.good}` }),
    ],
    [
      'for some pages, from another one that sends an empty Origin',
      'REFERER_NOT_ALLOWED',
      () => ({ headers: [x(keys.site), ['Origin', ''], ['Referer', 'https://evil.org/']] }),
    ],
    [
      'for some addresses, from one that the proxy tells in X-Real-IP',
      'VALID',
      () => ({ headers: [x(keys.office), ['X-Real-IP', '203.0.113.9']] }),
    ],
  ])('%s is %s', async (_, code, carried) => {
    for (const route of ROUTES)
      expect(told(route, await ask(server, route, carried()))).toEqual(expectedOf(route, code));
  });

  it.each<[string, Code, () => HeaderLine[]]>([
    [
      'with another key in each header',
      'AMBIGUOUS',
      () => [
        ['X-Original-URI', `/a?api-key=${keys.good}`],
        ['X-Forwarded-Uri', `/a?api-key=${keys.other}`],
      ],
    ],
    [
      'with the key in the second header alone',
      'VALID',
      () => [
        ['X-Original-URI', '/a'],
        ['X-Forwarded-Uri', `/a?api-key=${keys.good}`],
      ],
    ],
    [
      'with a key in its URL that is not for URLs',
      'URL_NOT_ALLOWED',
      () => [
        x(keys.headerOnly),
        ['X-Original-URI', '/a'],
        ['X-Forwarded-Uri', `/a?api-key=${keys.headerOnly}`],
      ],
    ],
    [
      'that is a whole URL without a path',
      'VALID',
      () => [['X-Original-URI', `https://host?api-key=${keys.good}`]],
    ],
    [
      'that is a whole URL with a slash in its query',
      'VALID',
      () => [['X-Original-URI', `https://host?a=/b&api-key=${keys.good}`]],
    ],
  ])('in an original request %s is %s', async (_, code, headers) => {
    const answer = await ask(server, '/v1/forward-auth', { headers: headers() });
    expect(told('', answer)).toEqual(expectedOf('', code));
  });

  it('that a gateway may keep for a while is never another caller’s, for any cache', async () => {
    const { header } = await ask(server, '/v1/forward-auth?cache=60', { headers: [x(keys.good)] });
    expect(header('cache-control')).toBe('private, max-age=60');
    const vary = header('vary')!.toLowerCase().split(/, */);
    const carriers = ['x-api-key', 'authorization', 'x-original-uri', 'x-original-url', 'x-forwarded-uri'];
    expect(vary).toEqual(expect.arrayContaining([...carriers, 'x-forwarded-for']));
  });
});

describe('a look-up', () => {
  let server: TestServer;
  let down = false;
  let onLook = async (): Promise<void> => {};
  beforeAll(async () => {
    server = await TestServer.start();
    wrapLookups(server, async (look) => {
      const rows = await look();
      await onLook();
      if (down) throw new Error('connection terminated');
      return rows;
    });
  });
  afterAll(() => server.stop());
  afterEach(() => {
    onLook = async () => {};
    down = false;
  });
  const apply = (change: object) =>
    server.get<{ apply(change: object): void }>(Invalidation as never).apply(change);

  it('ends, however much is changed about others meanwhile', async () => {
    const { key } = await server.createKey();
    onLook = async () => apply({ kind: 'owner', ownerId: 'somebody-else' });
    expect((await server.check(key)).status).toBe(200);
  });

  it('that fails never brings back what was revoked since it began', async () => {
    const { key, id } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    server.clock.advance(60);
    onLook = async () => {
      onLook = async () => {};
      await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
      down = true;
    };
    expect((await server.check(key)).status).not.toBe(200);
  });
});

describe('rights that could not be confirmed for too long', () => {
  it('stop nobody any longer than until they are confirmed', async () => {
    const server = await TestServer.start({ APIKM_SYNC_MAX_STALENESS: '600', APIKM_RATE_LIMIT: '3/minute' });
    const keys: string[] = [];
    for (let i = 0; i < 5; i += 1) keys.push((await server.createKey()).key);
    server.clock.advance(601);
    server.keycloak.broken = { status: 500, body: '' };
    await server.synchronize();
    const statuses = async () =>
      (await Promise.all(keys.map((key) => server.check(key)))).map(({ status }) => status);
    expect(await statuses()).toEqual([503, 503, 503, 503, 503]);
    server.keycloak.broken = undefined;
    await server.synchronize();
    expect(await statuses()).toEqual([200, 200, 200, 200, 200]);
  });
});

describe('the memory', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  let server: TestServer;
  beforeAll(async () => (server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' })));
  afterAll(() => server.stop());

  const lines = (...all: string[]) =>
    `${['GET /auth/check_key HTTP/1.1', 'Host: x', ...all].join('\r\n')}\r\n\r\n`;
  const wellFormed = mintKey('akm').secret.slice(0, -16);
  function* badKeys(from: number, to: number): Generator<string> {
    for (let i = from; i < to; i += 1) {
      const client = Math.floor(i / 19);
      const address = `X-Forwarded-For: 10.${client >> 16}.${(client >> 8) & 255}.${client & 255}`;
      yield lines(address, `X-Api-Key: ${wellFormed}${String(i).padStart(16, '0')}`);
    }
  }

  it('that a million bad keys from many addresses take is at most 64 MiB', async () => {
    await flood(server.url, badKeys(0, 5000));
    const before = heap();
    await flood(server.url, badKeys(5000, 205_000));
    // A fifth of a million.
    expect(heap() - before).toBeLessThan(12.8);
  });

  it('is not taken by what is said to be an address and is none', async () => {
    const before = heap();
    function* said(): Generator<string> {
      for (let i = 0; i < 1000; i += 1) {
        const body = JSON.stringify({ key: 'x', clientIp: 'x'.repeat(30_000) + String(i) });
        const length = `Content-Length: ${body.length}`;
        yield `POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n${body}`;
      }
    }
    expect([...(await flood(server.url, said()))]).toEqual([[400, 1000]]);
    expect(heap() - before).toBeLessThan(10);
  });
});

describe('what an operator demands', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    ({ key } = await server.createKey());
  });
  afterAll(() => server.stop());

  const code = async (path: string, ...headers: HeaderLine[]) =>
    (await rawRequest(server.url, { path, headers: [x(key), ...headers] })).header('x-apikm-code');

  it('lets nobody in when it comes in two headers', async () => {
    const demand: HeaderLine = ['X-Apikm-Options', 'require=role:nobody'];
    const other: HeaderLine = ['X-Apikm-Options', 'cache=1'];
    expect(await code('/v1/forward-auth/a', demand)).toBe('INSUFFICIENT_RIGHTS');
    expect(await code('/v1/forward-auth/a', demand, other)).toBe('INVALID_REQUIREMENT');
    expect(await code('/v1/forward-auth/a', other, demand)).toBe('INVALID_REQUIREMENT');
  });

  it('lets nobody in when it stands behind a slash too many', async () => {
    const original: HeaderLine = ['X-Original-URI', '/a'];
    for (const query of ['require=role:nobody', 'audience=maps', 'cache=1&require=role:nobody'])
      expect(await code(`/v1/forward-auth/?${query}`, original)).toBe('INVALID_REQUIREMENT');
    expect(await code('/v1/forward-auth/?required=1', original)).toBe('VALID');
    expect(await code('/v1/forward-auth/?require=role:nobody')).toBe('VALID');
  });
});

it('the same bad key again is free, also for who has sent many others', async () => {
  const server = await TestServer.start({ APIKM_RATE_LIMIT: '1500/minute' });
  const request = (key: string) => `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${key}\r\n\r\n`;
  const many = Array.from({ length: 1200 }, (_, i) => request(`bad${i}`));
  expect([...(await flood(server.url, many))]).toEqual([[403, 1200]]);
  const again = Array<string>(500).fill(request('bad1199'));
  expect([...(await flood(server.url, again))]).toEqual([[403, 500]]);
});

it('changes of many owners are taken in at once, however many keys are remembered', async () => {
  const server = await TestServer.start();
  const made = await server.createKey();
  const pool = server.get<{ rows: Rows }>(VerificationPool as never);
  const rows = pool.rows.bind(pool);
  const [row] = await rows({ name: 'one', text: SELECT_KEYS }, [[digestOf(made.key)]]);
  pool.rows = async (_, [digests]) => digests.map((digest) => ({ ...row, digest: digest.toString('hex') }));
  const request = () =>
    `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${mintKey('akm').secret}\r\n\r\n`;
  expect([...(await flood(server.url, Array.from({ length: 20_000 }, request)))]).toEqual([[200, 20_000]]);
  const invalidation = server.get<{ apply(change: object): void }>(Invalidation as never);
  const took = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    for (let i = 0; i < 200; i += 1) invalidation.apply({ kind: 'owner', ownerId: `owner-${i}` });
    return performance.now() - startedAt;
  });
  // The best: neighbours may take the machine at any moment.
  expect(Math.min(...took)).toBeLessThan(100);
});

type Rows = (statement: object, values: [Buffer[]]) => Promise<object[]>;
