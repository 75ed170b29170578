import { request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { rawRequest } from '../support/raw-http.js';

describe('forward-auth', () => {
  let server: TestServer;
  let key: string;
  let id: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1/32' });
    ({ key, id } = await server.createKey({ scopes: ['tiles:read'], ttlHours: 1 }));
  });
  afterAll(() => server.stop());

  const ask = (query = '', headers: Record<string, string> = {}, method = 'GET') =>
    server.call(`/v1/forward-auth${query}`, { method, headers });
  const withKey = (headers: Record<string, string> = {}) => ({ 'x-api-key': key, ...headers });

  const IDENTITY = [
    'user',
    'login',
    'key-id',
    'roles',
    'groups',
    'scopes',
    'audience',
    'expires',
    'code',
    'request-id',
    'upstream-uri',
    'jwt',
    'left-out',
  ];

  it('allows with 200, nothing in the body, and who it is in headers', async () => {
    const { status, text, headers } = await ask('?audience=maps', withKey());
    expect([status, text, headers.get('content-length')]).toEqual([200, '', '0']);
    expect(headers.get('x-apikm-user')).toBe(ALICE);
    expect(headers.get('x-apikm-login')).toBe('alice');
    expect(headers.get('x-apikm-key-id')).toBe(id);
    expect(headers.get('x-apikm-roles')).toBe('reader,writer');
    expect(headers.get('x-apikm-groups')).toBe('/org');
    expect(headers.get('x-apikm-scopes')).toBe('tiles%3Aread');
    expect(headers.get('x-apikm-audience')).toBe('maps');
    expect(headers.get('x-apikm-expires')).toMatch(/^\d{4}-.*Z$/);
    expect(headers.get('x-apikm-code')).toBe('VALID');
    expect(headers.get('x-apikm-request-id')).toBe(headers.get('x-request-id'));
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  it('has every header of identity in every answer, so that none can be forged', async () => {
    for (const answer of [await ask(), await ask('', withKey()), await ask('?require=role:boss', withKey())])
      for (const name of IDENTITY)
        expect([name, answer.headers.has(`x-apikm-${name}`)]).toEqual([name, true]);
    expect((await ask('', { 'x-apikm-user': 'boss' })).headers.get('x-apikm-user')).toBe('');
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'])(
    'takes %s, at any path below',
    async (method) => {
      expect((await ask('', withKey(), method)).status).toBe(200);
      expect((await ask('/deep/er/file.tif?x=1', withKey(), method)).status).toBe(200);
      expect((await ask('', {}, method)).status).toBe(401);
    },
  );

  it.each(['/caf%E9.tif', '/100%.tif', '//a', '/a%00b', '/a%2Fb?x=%E9'])(
    'reads no meaning into a path below that is in no encoding of ours: %s',
    async (path) => {
      const { status, headers } = await ask(path, withKey());
      expect([status, headers.get('x-apikm-upstream-uri')]).toEqual([200, path]);
      expect((await ask(path)).status).toBe(401);
    },
  );

  it('reads no body, whatever it is', async () => {
    for (const type of ['text/xml', 'application/json']) {
      const headers = withKey({ 'content-type': type });
      const answer = await server.call('/v1/forward-auth', { method: 'POST', headers, body: '{nonsense' });
      expect(answer.status).toBe(200);
    }
  });

  it('refuses with 401 what is no good key, all alike', async () => {
    const { key: gone, id: goneId } = await server.createKey();
    await server.as(ALICE, 'POST', `/v1/keys/${goneId}/revoke`);
    const bodies = new Set<string>();
    for (const bad of [gone, 'nonsense', `akm_${'0'.repeat(38)}`, '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d']) {
      const { status, body, headers } = await ask('', { 'x-api-key': bad });
      expect([status, headers.get('x-apikm-code')]).toEqual([401, 'INVALID_KEY']);
      bodies.add(JSON.stringify(body));
    }
    expect(bodies.size).toBe(1);
    expect((await ask()).headers.get('x-apikm-code')).toBe('MISSING');
  });

  it('challenges for Basic only who opens no dialog', async () => {
    const challenges = (headers: OutgoingHttpHeaders) =>
      new Promise<string[]>((resolve) => {
        // Not by fetch, which passes for a browser.
        request(`${server.url}/v1/forward-auth`, { headers }, (answer) => {
          answer.resume();
          resolve(answer.headersDistinct['www-authenticate'] ?? []);
        }).end();
      });
    expect(await challenges({})).toEqual([
      expect.stringMatching(/^Basic /),
      expect.stringMatching(/^Bearer /),
    ]);
    for (const browser of [
      { origin: 'https://a.org' },
      { 'sec-fetch-mode': 'cors' },
      { 'sec-fetch-site': 'none' },
    ])
      expect(await challenges({ ...browser })).toEqual([expect.stringMatching(/^Bearer /)]);
  });

  it.each([
    ['?require=role:reader,group:/org,scope:tiles:read', 200],
    ['?require=role:boss', 403],
    ['?require=scope:other', 403],
    ['?require=nonsense', 403],
  ])('asks for what the operator requires: %s', async (query, status) => {
    expect((await ask(query, withKey())).status).toBe(status);
  });

  it('refuses a key that is for another application, and lets no client name the audience', async () => {
    const { key: forMaps } = await server.createKey({ audiences: ['maps'] });
    const headers = { 'x-api-key': forMaps };
    expect((await ask('?audience=maps', headers)).status).toBe(200);
    expect((await ask('?audience=other', headers)).status).toBe(403);
    expect((await ask('', headers)).headers.get('x-apikm-code')).toBe('AUDIENCE_NOT_ALLOWED');
    expect((await ask('/file.tif?audience=maps', headers)).status).toBe(403);
    const options = { ...headers, 'x-apikm-options': 'audience=maps' };
    expect((await ask('/file.tif', options)).status).toBe(200);
  });

  it.each(['x-original-uri', 'x-original-url', 'x-forwarded-uri'])(
    'finds the key in %s and takes it out',
    async (name) => {
      for (const [uri, left] of [
        [`/k/${key}/a/b.tif?c=d`, '/a/b.tif?c=d'],
        [`/a/b.tif?api-key=${key}`, '/a/b.tif'],
        [`/a/b.tif?x=1&api%2Dkey=${key}&y=%20`, '/a/b.tif?x=1&y=%20'],
      ] as const) {
        const { status, headers } = await ask('', { [name]: uri });
        expect([status, headers.get('x-apikm-upstream-uri')]).toEqual([200, left]);
      }
    },
  );

  it.each([
    ['/k/KEY/../../etc/x', '/etc/x'],
    ['/k/KEY/%2E./.%2e/etc/x?y=../z', '/etc/x?y=../z'],
    ['/k/KEY/..%2f..%5cetc/x', '/etc/x'],
    ['/k/KEY/a/./b/../c.tif', '/a/c.tif'],
    ['/k/KEY/..', '/'],
    ['/k/KEY//a..b/.c/...%2Fd', '//a..b/.c/...%2Fd'],
  ])('leaves no path that climbs out where the key was: %s', async (uri, left) => {
    const { status, headers } = await ask('', { 'x-original-uri': uri.replace('KEY', key) });
    expect([status, headers.get('x-apikm-upstream-uri')]).toEqual([200, left]);
  });

  it.each([
    ['/a.tif?name=\u00c3\u00a4'],
    ['/\u00e4.tif?x=\u00ff\u0080'],
    [`/wms?SLD_BODY=${'\u00c3\u00a4'.repeat(1750)}`],
    ['/caf%E9.tif?name=%C3%A4'],
  ])('never makes an address longer than it came: %s', async (uri) => {
    const [path, query] = uri.split('?');
    const beside = { path: '/v1/forward-auth', headers: [['X-Original-URI', uri] as const] };
    const inPath = [['X-Original-URI', `/k/${key}${path}?api-key=${key}&${query}`] as const];
    for (const request of [beside, { ...beside, headers: inPath }]) {
      const answer = await rawRequest(server.url, request);
      expect(answer.header('x-apikm-upstream-uri')).toBe(uri);
    }
  });

  it('encodes what no header can hold, and nothing else', async () => {
    const headers = [['X-Original-URI', '/a b\tc{"}?d e'] as const];
    const answer = await rawRequest(server.url, { path: '/v1/forward-auth', headers });
    expect(answer.header('x-apikm-upstream-uri')).toBe('/a%20b%09c{"}?d%20e');
  });

  it('takes nothing but the key out of the path, under a root path too', async () => {
    const own = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1', APIKM_ROOT_PATH: '/keys' });
    const { key: theirs } = await own.createKey();
    for (const [uri, left] of [
      ['/keys/a.tif?x=1', '/keys/a.tif?x=1'],
      [`/k/${theirs}/keys/a.tif`, '/keys/a.tif'],
      [`/keys/k/${theirs}/a.tif`, '/keys/a.tif'],
    ] as const) {
      const headers = { 'x-api-key': theirs, 'x-original-uri': uri };
      const answer = await own.call('/keys/v1/forward-auth', { headers });
      expect([answer.status, answer.headers.get('x-apikm-upstream-uri')]).toEqual([200, left]);
    }
  });

  it('refuses two different keys, wherever they stand', async () => {
    const answer = await ask('', withKey({ 'x-original-uri': '/a?api-key=other' }));
    expect([answer.status, answer.headers.get('x-apikm-code')]).toEqual([401, 'AMBIGUOUS']);
  });

  it('folds what nginx would take for its own failure', async () => {
    const own = await TestServer.start({ APIKM_RATE_LIMIT: '1/minute' });
    const bad = (query: string) => own.call(`/v1/forward-auth${query}`, { headers: { 'x-api-key': 'bad' } });
    await bad('');
    const plain = await bad('');
    expect([plain.status, plain.headers.get('x-apikm-code')]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(plain.headers.get('retry-after'))).toBeGreaterThan(0);
    const folded = await bad('?status=nginx');
    expect([folded.status, folded.headers.get('x-apikm-code')]).toEqual([403, 'RATE_LIMITED']);
  });

  it('lets a gateway keep an allowance, but not beyond the end of the key', async () => {
    expect((await ask('?cache=60', withKey())).headers.get('cache-control')).toBe('private, max-age=60');
    const { key: short } = await server.createKey({ ttlHours: 0.005 });
    const { headers } = await ask('?cache=600', { 'x-api-key': short });
    expect(Number(headers.get('cache-control')!.split('=')[1])).toBeLessThanOrEqual(18);
    expect((await ask('?cache=60')).headers.get('cache-control')).toBe('private, no-store');
  });

  it('lets a preflight pass only where the operator says so', async () => {
    const asked = {
      origin: 'https://a.org',
      'access-control-request-method': 'GET',
      'x-original-method': 'OPTIONS',
    };
    for (const spelling of ['pass', '1'])
      expect((await ask(`?preflight=${spelling}`, asked)).status).toBe(200);
    expect((await ask('', asked)).status).toBe(401);
    expect((await ask('?preflight=pass', { 'x-original-method': 'OPTIONS' })).status).toBe(401);
    expect((await ask('?preflight=pass', { ...asked, 'x-original-method': 'GET' })).status).toBe(401);
    expect((await ask('/x?preflight=pass', asked, 'OPTIONS')).status).toBe(401);
  });

  it('believes nobody but a trusted proxy about the original request', async () => {
    const own = await TestServer.start();
    const { key: theirs } = await own.createKey();
    const headers = { 'x-original-uri': `/a?api-key=${theirs}` };
    expect((await own.call('/v1/forward-auth', { headers })).status).toBe(401);
  });

  it('encodes what is in no Latin script', async () => {
    server.keycloak.add({ id: 'u-ж', username: 'жук, "x"' });
    const { key: theirs } = await server.createKey({}, 'u-ж');
    const { headers } = await ask('', { 'x-api-key': theirs });
    expect(decodeURIComponent(headers.get('x-apikm-login')!)).toBe('жук, "x"');
  });

  it('keeps connections longer than gateways do, which would ask over one that is being closed', () => {
    const { timeout, keepAliveTimeout } = server.http;
    expect([timeout > 60_000, keepAliveTimeout]).toEqual([true, 0]);
  });

  it('counts one request once', async () => {
    const { key: counted, id: countedId } = await server.createKey();
    for (let i = 0; i < 3; i += 1) await ask('', { 'x-api-key': counted });
    const { body } = await server.as(ALICE, 'GET', `/v1/keys/${countedId}`);
    expect((body as { usage: { accepted: number } }).usage.accepted).toBe(3);
  });
});
