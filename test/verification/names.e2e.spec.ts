import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { digestOf, mintKey } from '../../src/api-keys/key-material.js';
import { TestServer } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';
import type { HeaderLine } from '../support/raw-http.js';
import { ask, expectedOf, ROUTES, told } from '../support/verification-routes.js';

const SETTINGS = {
  APIKM_KEY_PREFIX: 'new,akm',
  APIKM_KEY_HEADERS: 'X-Gitlab-Token,x-api-key',
  APIKM_KEY_QUERIES: 'authkey,access_token',
  APIKM_TRUSTED_PROXIES: '127.0.0.1',
  APIKM_LOG_LEVEL: 'info',
};

describe('with names and prefixes of the operator’s', () => {
  let server: TestServer;
  let key: string;
  let old: string;
  beforeAll(async () => {
    server = await TestServer.start(SETTINGS);
    key = (await server.createKey()).key;
    old = mintKey('akm').secret;
    const { id } = await server.createKey();
    await server.get(DataSource).query('UPDATE api_keys SET digest = $1 WHERE id = $2', [digestOf(old), id]);
  });
  afterAll(() => server.stop());

  it('the first prefix mints, and keys of the others go on working', async () => {
    expect(key).toMatch(/^new_[0-9A-Za-z]{38}$/);
    for (const secret of [key, old])
      for (const route of ROUTES)
        expect(told(route, await ask(server, route, { pathKey: secret }))).toEqual(
          expectedOf(route, 'VALID'),
        );
  });

  it.each<[string, (secret: string) => { headers?: HeaderLine[]; query?: string }]>([
    ['the first header', (secret) => ({ headers: [['x-gitlab-token', secret]] })],
    ['the second header', (secret) => ({ headers: [['X-Api-Key', secret]] })],
    [
      'both headers',
      (secret) => ({
        headers: [
          ['X-Api-Key', secret],
          ['X-Gitlab-Token', secret],
        ],
      }),
    ],
    ['the first parameter', (secret) => ({ query: `?authkey=${secret}` })],
    ['the second parameter in capitals', (secret) => ({ query: `?ACCESS_TOKEN=${secret}` })],
    ['Authorization', (secret) => ({ headers: [['Authorization', `Bearer ${secret}`]] })],
  ])('a key is taken in %s', async (_, carried) => {
    for (const route of ROUTES)
      expect(told(route, await ask(server, route, carried(key)))).toEqual(expectedOf(route, 'VALID'));
  });

  it('a key is not taken by the names that are no longer set', async () => {
    const answer = await ask(server, '/auth/check_key', { query: `?api-key=${key}` });
    expect(told('/auth/check_key', answer)).toEqual(expectedOf('/auth/check_key', 'MISSING'));
  });

  it('two keys in two headers are ambiguous', async () => {
    const headers: HeaderLine[] = [
      ['X-Api-Key', old],
      ['X-Gitlab-Token', key],
    ];
    for (const route of ROUTES)
      expect(told(route, await ask(server, route, { headers }))).toEqual(expectedOf(route, 'AMBIGUOUS'));
  });

  it('gateways learn what to take off, and whom an answer is for', async () => {
    const uri: HeaderLine = ['X-Original-URI', `/a.tif?x=1&AuthKey=${key}&access_token=${key}`];
    const answer = await rawRequest(server.url, { path: '/v1/forward-auth?cache=60', headers: [uri] });
    expect(answer.header('x-apikm-upstream-uri')).toBe('/a.tif?x=1');
    expect(answer.header('x-envoy-auth-headers-to-remove')).toBe('x-gitlab-token,x-api-key,authorization');
    expect(answer.header('vary')).toContain('x-gitlab-token');
  });

  it('no part of a key stands in the log, also of one that is cut short', async () => {
    const cut = key.slice(0, 20);
    for (const name of ['authkey', 'ACCESS_TOKEN', '%61uthkey'])
      await server.call(`/nothing/here?${name}=${cut}`);
    expect(server.lines.join('')).toContain('/nothing/here');
    expect(server.lines.join('')).not.toContain(cut);
  });
});

describe('the settings of names', () => {
  it.each([
    ['APIKM_KEY_PREFIX', 'new,Old'],
    ['APIKM_KEY_PREFIX', ','],
    ['APIKM_KEY_HEADERS', 'authorization'],
    ['APIKM_KEY_HEADERS', 'x-api-key,X-Forwarded-For'],
    ['APIKM_KEY_HEADERS', 'x api key'],
    ['APIKM_KEY_QUERIES', 'audience'],
    ['APIKM_KEY_QUERIES', 'k'],
  ])('refuse %s=%s by name', async (name, value) => {
    await expect(TestServer.start({ [name]: value })).rejects.toThrow(name);
  });
});
