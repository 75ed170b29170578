import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../../src/usage/usage-flusher.js';
import { VerificationService } from '../../../src/verification/verification.service.js';
import { TestServer } from '../../support/app.js';
import { freePort } from '../../support/free-port.js';
import { ALICE } from '../../support/keycloak-stand-in.js';
import { rawRequest } from '../../support/raw-http.js';
import type { HeaderLine, RawRequest } from '../../support/raw-http.js';
import { basic, createUuid, ROUTES } from '../../support/verification-routes.js';

const percent = (text: string) => [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Every form in which the key was sent, and the random part alone. */
const formsOf = (key: string) => [
  key,
  key.slice(6),
  key.toUpperCase().slice(6),
  percent(key),
  base64(`u:${key}`),
  base64(`${key}:`),
];

function carriers(key: string): { headers: HeaderLine[]; query: string; before: string }[] {
  const by = (headers: HeaderLine[], query = '', before = '') => ({ headers, query, before });
  return [
    by([['X-Api-Key', key]]),
    by([['Authorization', `Bearer ${key}`]]),
    by([['Authorization', basic(`u:${key}`)]]),
    by([['Authorization', basic(`${key}:`)]]),
    by([], `?api-key=${key}`),
    by([], `?%61pi%2dkey=${percent(key)}`),
    by([], '', `/k/${key}`),
    by([], '', `/k/${percent(key)}`),
    by([
      ['Referer', `https://a.org/?api-key=${key}`],
      ['Cookie', `api-key=${key}; session=${key}`],
      ['Origin', `https://${key}.org`],
      ['User-Agent', key],
    ]),
    by([
      ['X-Original-URI', `/k/${key}/a?api-key=${key}`],
      ['X-Forwarded-Uri', `/a?api-key=${key}`],
    ]),
  ];
}

describe('a key', () => {
  let server: TestServer;
  let token: string;
  let metricsUrl: string;
  const keys: string[] = [];
  const shown: string[] = [];
  beforeAll(async () => {
    const port = await freePort();
    metricsUrl = `http://127.0.0.1:${port}/metrics`;
    server = await TestServer.start({
      APIKM_LOG_LEVEL: 'trace',
      APIKM_LOG_FORMAT: 'json',
      APIKM_METRICS_PORT: String(port),
      APIKM_LEGACY_KEY_FORMAT: 'uuid',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    keys.push((await server.createKey()).key, await createUuid(server));
    // A bad one is a secret, too: perhaps it lacks a letter only.
    keys.push(keys[0]!.slice(0, -1) + (keys[0]!.endsWith('0') ? '1' : '0'));
    token = await server.keycloak.accessToken(ALICE);
  });
  afterAll(() => server.stop());

  async function send(request: RawRequest): Promise<number> {
    const { status, lines, body } = await rawRequest(server.url, request);
    shown.push(...lines, body);
    return status;
  }

  async function everywhere(): Promise<Set<number>> {
    const statuses = new Set<number>();
    for (const key of keys)
      for (const { headers, query, before } of carriers(key))
        for (const path of [
          ...ROUTES,
          '/v1/verify',
          '/nowhere',
          '/docs',
          '/logout',
          '/auth/login',
          '/v1/keys',
        ])
          for (const method of ['GET', 'POST', 'DELETE'])
            statuses.add(await send({ method, path: `${before}${path}${query}`, headers }));
    return statuses;
  }

  function expectNowhereIn(text: string): void {
    for (const key of keys)
      for (const form of formsOf(key)) {
        const at = text.indexOf(form);
        expect(at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 60)).toBe('');
      }
  }

  it('is in no answer, whatever carries it and whatever is asked for', async () => {
    expect([...(await everywhere())].sort()).toEqual([200, 302, 303, 400, 401, 403, 404, 405]);
    expectNowhereIn(shown.join('\n'));
  });

  it.each<[number, string, string, (key: string) => string, ((key: string) => string)?]>([
    [422, 'where a boolean belongs', 'GET', (k) => `/auth/api_key/new?name=x&never_expires=${k}`],
    [422, 'where JSON belongs', 'GET', (k) => `/auth/api_key/new?name=x&config=${k}`],
    [422, 'where a date belongs', 'GET', (k) => `/auth/api_key/renew?api-key=${k}&expiration-date=${k}`],
    [404, 'as an id', 'GET', (k) => `/v1/keys/${k}`],
    [404, 'as an id to change', 'POST', (k) => `/v1/keys/${k}/revoke`],
    [400, 'as a cursor', 'GET', (k) => `/v1/keys?cursor=${k}`],
    [400, 'as a name of a parameter', 'GET', (k) => `/v1/keys?${k}=1`],
    [400, 'as a name of a field', 'POST', () => '/v1/verify', (k) => `{"key":"x","${k}":1}`],
    [400, 'in a body that is no JSON', 'POST', () => '/v1/verify', (k) => `{"key":"${k}`],
    [400, 'where an address belongs', 'POST', () => '/v1/verify', (k) => `{"key":"x","clientIp":"${k}"}`],
    [400, 'as a role that nobody holds', 'POST', () => '/v1/keys', (k) => `{"name":"x","roles":["${k}"]}`],
    [403, 'as a code of a login', 'GET', (k) => `/auth/callback?code=${k}&state=${k}`],
    [302, 'as a place to return to', 'GET', (k) => `/auth/login?returnTo=/x?api-key=${k}`],
  ])('%i: is not told back %s', async (status, _, method, path, body) => {
    // The predecessor's form is also that of other ids, and only its places in URLs are known.
    const [key] = keys;
    const headers: HeaderLine[] = [
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
    ];
    const before = shown.length;
    expect(await send({ method, path: path(key!), headers, body: body?.(key!) })).toBe(status);
    expectNowhereIn(shown.slice(before).join('\n'));
  });

  it('is in no answer and no line when something breaks', async () => {
    const service = server.get<{ verify: unknown }>(VerificationService as never);
    const verify = service.verify;
    service.verify = () => Promise.reject(new Error(`broken by ${keys[0]}`, { cause: new Error(keys[0]) }));
    const headers: HeaderLine[] = [['X-Api-Key', keys[0]!]];
    for (const path of ROUTES)
      for (const query of ['', `?api-key=${keys[0]}`])
        expect(await send({ path: `${path}${query}`, headers })).toBe(500);
    service.verify = verify;
    expectNowhereIn(shown.join('\n'));
    expect(server.lines.join('')).toContain('broken by [key]');
  });

  it('is in no line of the log, however much is logged', () => {
    expect(server.lines.length).toBeGreaterThan(500);
    expectNowhereIn(server.lines.join(''));
  });

  it('is in no metric', async () => {
    const text = await (await fetch(metricsUrl)).text();
    expect(text).toContain('apikm_');
    expectNowhereIn(text);
  });

  it('is in no row of any table', async () => {
    await server.get(UsageFlusher).flush();
    const source = server.get(DataSource);
    const tables: { name: string }[] = await source.query(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['api_keys', 'audit', 'usage']));
    for (const { name } of tables) {
      const rows: { line: string }[] = await source.query(`SELECT t::text AS line FROM "${name}" t`);
      expectNowhereIn(rows.map(({ line }) => line).join('\n'));
    }
  });
});

describe('accepted and refused verifications', () => {
  it('leave no line in the log of a day like any other', async () => {
    const server = await TestServer.start({
      APIKM_LOG_LEVEL: 'info',
      APIKM_FAST_LANE: 'false',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    const { key } = await server.createKey();
    const before = server.lines.length;
    for (const one of [key, `${key}x`])
      for (const { headers, query, before: carrier } of carriers(one))
        for (const route of ROUTES)
          await rawRequest(server.url, { path: `${carrier}${route}${query}`, headers });
    const lines = server.lines.slice(before).filter((line) => !line.includes('404'));
    expect(lines).toEqual([]);
  });
});
