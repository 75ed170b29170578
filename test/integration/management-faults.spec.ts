import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import type { Answer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { RealPostgres } from '../support/real-postgres.js';

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly security?: readonly Record<string, unknown>[];
  readonly requestBody?: object;
}

/** Every route there is, so that none is forgotten. */
const document = JSON.parse(readFileSync('test/contract/openapi.json', 'utf8')) as {
  readonly paths: Record<string, Record<string, Operation>>;
};
const OPERATIONS = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    method,
    path,
    operation,
  })),
);
/** They tell of the process and of the way to the provider, which need no database. */
const NEED_NONE: Readonly<Record<string, number>> = {
  'get /health/status': 200,
  'get /health/live': 200,
  'get /health/ready': 200,
  'get /auth/login': 302,
};
/** By the path of the route; what is wrong with a body is said before the database is asked. */
const bodyOf = (path: string): object =>
  path === '/v1/verify' ? { key: cold } : path === '/v1/admin/sync' ? { action: 'now' } : { name: 'k' };

const settings = { APIKM_LOG_LEVEL: 'info', APIKM_USAGE_FLUSH_MS: '100' };
let postgres: RealPostgres;
let server: TestServer;
let browser: Browser;
let key: string;
let cold: string;
beforeAll(async () => {
  postgres = await RealPostgres.start('max_connections=25');
  server = await TestServer.start({ APIKM_DATABASE_URL: postgres.url, ...settings });
  ({ key } = await server.createKey());
  ({ key: cold } = await server.createKey());
  await server.check(key);
  expect((await server.call('/health/ready')).status).toBe(200);
  browser = new Browser(server.url);
  expect((await logIn(browser)).status).toBe(303);
});
afterAll(async () => {
  await server.stop();
  await postgres.remove();
});

async function logIn(browser: Browser): Promise<Answer> {
  const { location } = await browser.go('/auth/login');
  const { searchParams } = new URL(location);
  const nonce = searchParams.get('nonce')!;
  server.keycloak.tokenAnswer = async () => ({
    access_token: 'at',
    token_type: 'Bearer',
    expires_in: 60,
    id_token: await server.keycloak.idToken(nonce),
  });
  const issuer = encodeURIComponent(server.keycloak.issuer);
  return browser.go(`/auth/callback?code=c&state=${searchParams.get('state')}&iss=${issuer}`);
}

async function call({ method, path, operation }: (typeof OPERATIONS)[number], by: 'token' | 'cookie') {
  const url = new URL(path.replace(/\{\w+\}/g, 'key_00000000000000000000'), server.url);
  for (const { name, in: where, required } of operation.parameters ?? [])
    if (where === 'query' && required) url.searchParams.set(name, 'x');
  const takesKeys = operation.security?.some((scheme) => 'API key header' in scheme);
  const headers: Record<string, string> = takesKeys ? { 'x-api-key': cold } : {};
  if (operation.requestBody) headers['content-type'] = 'application/json';
  if (by === 'token' && !takesKeys)
    headers.authorization = `Bearer ${await server.keycloak.accessToken(ALICE)}`;
  const body = operation.requestBody ? JSON.stringify(bodyOf(path)) : undefined;
  const init = { method: method.toUpperCase(), headers, body };
  const where = url.pathname + url.search;
  return by === 'cookie' ? browser.own(where, init) : new Browser(server.url).go(where, init);
}

const form = ({ status, headers, body }: Answer, path: string) => ({
  status,
  waits: Number(headers.get('retry-after')) > 0,
  type: headers.get('content-type')?.split(';')[0],
  says: typeof (path.startsWith('/v1') ? (body?.code ?? body) : body?.detail),
});
const refusal = (path: string) => ({
  status: 503,
  waits: true,
  type: path.startsWith('/v1') ? 'application/problem+json' : 'application/json',
  says: 'string',
});

describe('while the database is away', () => {
  beforeAll(() => postgres.stop());
  afterAll(async () => {
    await postgres.resume();
    while ((await server.as(ALICE, 'GET', '/v1/keys')).status !== 200) await pause(100);
  });

  it.each(OPERATIONS)('$name asks to try again, in the form of its route', async (operation) => {
    const { name, path } = operation;
    for (const by of ['token', 'cookie'] as const) {
      // Without a session there is none to be ended.
      if (by === 'token' && /logout/.test(path)) continue;
      const answer = await call(operation, by);
      if (name in NEED_NONE) expect(answer.status).toBe(NEED_NONE[name]);
      else expect(form(answer, path)).toEqual(refusal(path));
    }
  });
});

describe('while others hold all connections that PostgreSQL has', () => {
  it('management asks to try again, and keys that are known pass', async () => {
    const taken: pg.Client[] = [];
    const watcher = new pg.Client({ connectionString: postgres.url });
    await watcher.connect();
    await watcher.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    for (let refused = false; !refused;) {
      const client = new pg.Client({ connectionString: postgres.url });
      client.on('error', () => {});
      refused = await client.connect().then(
        () => false,
        () => true,
      );
      if (!refused) taken.push(client);
    }
    await watcher.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'apikeymanager'",
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.as(ALICE, 'GET', '/v1/keys')));
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(form(answer, '/v1/keys')).toEqual(refusal('/v1/keys'));
    expect((await server.check(key)).status).toBe(200);
    for (const client of [...taken, watcher]) await client.end();
  });
});

describe('while the database takes no changes', () => {
  const setReadOnly = async (on: boolean): Promise<void> => {
    const client = new pg.Client({
      connectionString: `${postgres.url}?options=-c%20default_transaction_read_only=off`,
    });
    await client.connect();
    await client.query(`ALTER DATABASE postgres SET default_transaction_read_only = ${on}`);
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    await client.end();
  };
  const told = (): string[] =>
    server.lines
      .map((line) => JSON.parse(line) as { msg: string; context: string })
      .filter(({ context }) => context === 'Usage')
      .map(({ msg }) => msg);

  it('reads and verifications go on, changes and logins say why not, and the log tells its begin and end once', async () => {
    // A count under way when the connections are cut would be a trouble of its own, begun before this one.
    await server.get(UsageFlusher).flush();
    await setReadOnly(true);
    const before = told().length;
    await expect.poll(async () => (await server.as(ALICE, 'GET', '/v1/keys')).status).toBe(200);
    server.clock.advance(60);
    expect((await server.check(key)).status).toBe(200);
    const refused = await server.as(ALICE, 'POST', '/v1/keys', { name: 'k' });
    expect([refused.status, refused.body.code]).toEqual([503, 'DATABASE_READ_ONLY']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await server.as(ALICE, 'GET', '/auth/api_key/new?name=k')).status).toBe(503);
    const login = await logIn(new Browser(server.url));
    expect([login.status, login.body?.detail]).toEqual([503, expect.stringContaining('accepts no changes')]);
    await expect.poll(() => told().length, { timeout: 10_000 }).toBeGreaterThan(before);
    expect((await browser.go('/auth/me')).status).toBe(200);
    await setReadOnly(false);
    await expect
      .poll(async () => (await server.as(ALICE, 'POST', '/v1/keys', { name: 'k' })).status, {
        timeout: 10_000,
      })
      .toBe(201);
    await expect.poll(() => told().slice(before), { timeout: 10_000 }).toHaveLength(2);
    expect(told().slice(before)).toEqual([
      expect.stringContaining('read-only transaction'),
      expect.stringMatching(/counts are written again after \d+ s/),
    ]);
  });

  it('another replica starts and verifies', async () => {
    await setReadOnly(true);
    const other = await TestServer.start({ APIKM_DATABASE_URL: postgres.url, ...settings });
    expect((await other.check(key)).status).toBe(200);
    expect((await other.call('/health/ready')).status).toBe(200);
    await other.stop();
    await setReadOnly(false);
  });
});
