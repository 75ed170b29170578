import { METHODS } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../../support/app.js';
import { rawRequest } from '../../support/raw-http.js';
import type { HeaderLine } from '../../support/raw-http.js';

let server: TestServer;
let untrusting: TestServer;
let key: string;
let theirs: string;
beforeAll(async () => {
  server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1/32', APIKM_ROOT_PATH: '/apikm' });
  ({ key } = await server.createKey());
  untrusting = await TestServer.start({ APIKM_TRUSTED_PROXIES: '192.0.2.1' });
  theirs = (await untrusting.createKey()).key;
});
afterAll(async () => {
  await server.stop();
  await untrusting.stop();
});

const bytes = (text: string) => Buffer.from(text).toString('latin1');
const asked = async (path: string, headers: readonly HeaderLine[] = [], method = 'GET') => {
  const { status, header } = await rawRequest(server.url, { method, path, headers });
  return [status, header('x-apikm-code'), header('x-apikm-upstream-uri')];
};

/** What the gateway says was asked for, the outcome, and what is left of it for the upstream. */
const ORIGINALS: [string, () => string, string, string][] = [
  ['with the key in its path', () => `/k/${key}/a/b.tif?c=d`, 'VALID', '/a/b.tif?c=d'],
  ['with the key in its query', () => `/a?x=1&api-key=${key}&y=%20`, 'VALID', '/a?x=1&y=%20'],
  ['with nothing but the key', () => `/?api-key=${key}`, 'VALID', '/'],
  ['with empty parameters around it', () => `/a?&&api-key=${key}&`, 'VALID', '/a'],
  ['with the key by both carriers', () => `/k/${key}/a?api-key=${key}&api-key=${key}`, 'VALID', '/a'],
  ['with the name in percent signs', () => `/a?%61%70i%2dkey=${key}`, 'VALID', '/a'],
  ['that is a whole URL', () => `https://u:p@host.org:8443/k/${key}/a`, 'VALID', '/a'],
  ['that is a whole URL in capitals', () => `HTTP://HOST/a?api-key=${key}&b`, 'VALID', '/a?b'],
  ['with the key in the path twice', () => `/k/${key}/k/${key}/a`, 'VALID', '/a'],
  ['with a folder that looks like the carrier', () => `/k/${key}/k/tiles/a`, 'VALID', '/k/tiles/a'],
  ['below a path that is our root path, too', () => `/apikm/k/${key}/a`, 'VALID', '/apikm/a'],
  ['with two keys', () => `/k/${key}/a?api-key=${theirs}`, 'AMBIGUOUS', '/a'],
  ['with the key in a fragment', () => `/a#api-key=${key}`, 'MISSING', '/a'],
  ['with a query in a fragment', () => `/a#b?api-key=${key}`, 'MISSING', '/a'],
  ['with a key in the middle of its path', () => `/a/k/short/b`, 'MISSING', '/a/k/short/b'],
  ['with two slashes in front', () => `//k/short/b`, 'MISSING', '//k/short/b'],
  ['of another host without a scheme', () => `//host/k/short/b`, 'MISSING', '//host/k/short/b'],
  ['with an encoded slash behind the key', () => `/k/short%2F../b`, 'MISSING', '/k/short%2F../b'],
  ['with an encoded k', () => `/%6B/short/b`, 'MISSING', '/%6B/short/b'],
];

describe('the original request', () => {
  it.each(ORIGINALS)('%s is read as it was meant', async (_, uri, code, left) => {
    for (const name of ['X-Original-URI', 'X-Original-URL', 'X-Forwarded-Uri']) {
      const [, toldCode, upstream] = await asked('/v1/forward-auth', [[name, uri()]]);
      expect([name, toldCode, upstream]).toEqual([name, code, left]);
    }
  });

  it.each(ORIGINALS)('%s is nobody’s word from a peer that is no proxy', async (_, uri) => {
    const original = uri().replaceAll(key, theirs);
    for (const name of ['X-Original-URI', 'X-Original-URL', 'X-Forwarded-Uri']) {
      const answer = await rawRequest(untrusting.url, {
        path: '/v1/forward-auth',
        headers: [[name, original]],
      });
      expect([answer.header('x-apikm-code'), answer.header('x-apikm-upstream-uri')]).toEqual(['MISSING', '']);
    }
  });

  it.each([
    ['/apikm/data/a.tif?b=c', '/apikm/data/a.tif?b=c'],
    [bytes('/карта.tif?q=ж'), bytes('/карта.tif?q=ж')],
    ['/caf\xe9', '/caf\xe9'],
    ['/100%.tif', '/100%.tif'],
    ['/a?api-keys=1&xapi-key=2', '/a?api-keys=1&xapi-key=2'],
    ['/a%2Fb/../c//d', '/a%2Fb/../c//d'],
  ])('%j is passed on byte by byte', async (uri, left) => {
    expect(
      await asked('/v1/forward-auth', [
        ['X-Api-Key', key],
        ['X-Original-URI', uri],
      ]),
    ).toEqual([200, 'VALID', left]);
  });
});

describe('a path below the route', () => {
  it.each([
    '/',
    '/100%.tif',
    '/caf%E9.tif',
    '/%',
    '/%00',
    '/a%2Fb',
    '/..%2f..',
    '//a',
    '/a/../b',
    '/a;b',
    '/{a}',
  ])('%s is the upstream’s own affair', async (path) => {
    for (const root of ['', '/apikm']) {
      const url = `${root}/v1/forward-auth${path}`;
      expect(await asked(url, [['X-Api-Key', key]])).toEqual([200, 'VALID', path]);
      expect((await asked(url)).slice(0, 2)).toEqual([401, 'MISSING']);
    }
  });

  it('may hold the key, which is taken out', async () => {
    expect(await asked(`/v1/forward-auth/k/${key}/a?b`)).toEqual([200, 'VALID', '/a?b']);
    expect(await asked(`/apikm/v1/forward-auth/a?b&api-key=${key}`)).toEqual([200, 'VALID', '/a?b']);
  });

  it('is asked for by any method', async () => {
    for (const method of METHODS.filter((name) => name !== 'CONNECT'))
      for (const path of ['/v1/forward-auth', '/v1/forward-auth/a']) {
        expect([method, (await asked(path, [['X-Api-Key', key]], method))[0]]).toEqual([method, 200]);
        expect([method, (await asked(path, [], method))[0]]).toEqual([method, 401]);
      }
  });

  it('tells nothing of the original request but itself, whatever headers say', async () => {
    const headers: HeaderLine[] = [
      ['X-Original-URI', `/other?api-key=${key}`],
      ['X-Forwarded-Uri', `/k/${key}/other`],
    ];
    expect(await asked('/v1/forward-auth/a', headers)).toEqual([401, 'MISSING', '/a']);
  });
});

describe('a preflight, where the operator lets them pass,', () => {
  const question: HeaderLine[] = [
    ['Origin', 'https://a.org'],
    ['Access-Control-Request-Method', 'GET'],
  ];
  const method = (name: string, value: string): HeaderLine => [`X-${name}-Method`, value];

  it.each<[number, string, string, string, HeaderLine[]]>([
    [200, 'as nginx tells it', 'GET', '', [...question, method('Original', 'OPTIONS')]],
    [200, 'as Traefik tells it', 'GET', '', [...question, method('Forwarded', 'OPTIONS')]],
    [200, 'as it came', 'OPTIONS', '', question],
    [200, 'below the route', 'OPTIONS', '/a', question],
    [
      401,
      'that its client made up',
      'GET',
      '',
      [...question, method('Original', 'OPTIONS'), method('Forwarded', 'GET')],
    ],
    [
      401,
      'made up the other way round',
      'GET',
      '',
      [...question, method('Original', 'GET'), method('Forwarded', 'OPTIONS')],
    ],
    [
      401,
      'made up twice',
      'GET',
      '',
      [...question, method('Original', 'OPTIONS'), method('Original', 'GET')],
    ],
    [401, 'made up below the route', 'GET', '/a', [...question, method('Original', 'OPTIONS')]],
    [401, 'of another case', 'GET', '', [...question, method('Original', 'options')]],
    [401, 'without an origin', 'OPTIONS', '', question.slice(1)],
    [401, 'without a question', 'OPTIONS', '', question.slice(0, 1)],
  ])('%i: %s', async (status, _, sent, below, headers) => {
    const path = `/v1/forward-auth${below}${below ? '' : '?preflight=1'}`;
    const options: HeaderLine[] = below ? [['X-Apikm-Options', 'preflight=1']] : [];
    expect((await asked(path, [...headers, ...options], sent))[0]).toBe(status);
  });
});

describe('what the operator requires', () => {
  it.each([
    ['twice', '/v1/forward-auth?require=role:reader&require=role:boss'],
    ['twice, in percent signs', '/v1/forward-auth?require=role:reader&requir%65=role:boss'],
    ['of two audiences', '/v1/forward-auth?audience=maps&audience=tiles'],
    ['in no known form', '/v1/forward-auth?require=boss'],
    ['of nobody', '/v1/forward-auth?require=role:'],
    ['with a comma too many', '/v1/forward-auth?require=role:reader,'],
  ])('%s lets nobody in', async (_, path) => {
    expect((await asked(path, [['X-Api-Key', key]])).slice(0, 2)).toEqual([403, 'INVALID_REQUIREMENT']);
  });

  it.each([
    'http://any.host/v1/forward-auth?require=role:boss',
    'http://any.host/apikm/v1/forward-auth?require=role:boss',
    '/v1/forward-auth?require=role:boss#fragment',
    '/v1/forward-auth?%72equire=role%3Aboss',
    '/v1/forward-auth?require=role:reader,role:boss',
  ])('holds in every way to write it: %s', async (path) => {
    const answer = await asked(path, [
      ['X-Api-Key', key],
      ['X-Apikm-Options', 'require=role:reader'],
    ]);
    expect(answer.slice(0, 2)).toEqual([403, 'INSUFFICIENT_RIGHTS']);
  });

  it('is asked at no other spelling of the path, which would read it in another way', async () => {
    for (const path of ['/V1/forward-auth', '/v1/Forward-Auth', '/v1/forward-auth;', '/v1/forward%2Dauth'])
      expect([path, (await asked(`${path}?require=role:boss`, [['X-Api-Key', key]]))[0]]).toEqual([
        path,
        404,
      ]);
  });
});
