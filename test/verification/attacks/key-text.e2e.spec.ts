import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Invalidation } from '../../../src/invalidation/invalidation.service.js';
import { mintKey } from '../../../src/api-keys/key-material.js';
import { TestServer } from '../../support/app.js';
import { ALICE, BOB } from '../../support/keycloak-stand-in.js';
import { ask, countLookups, expectedOf, ROUTES, told, verify } from '../../support/verification-routes.js';

const flip = (sign: string): string =>
  sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase();
const changedAt = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
const sha256 = (text: string) => createHash('sha256').update(text);

const ALTERED: [string, (key: string) => string][] = [
  ['without its last character', (key) => key.slice(0, -1)],
  ['without its first character', (key) => key.slice(1)],
  ['without its prefix', (key) => key.slice(4)],
  ['with a character more', (key) => `${key}0`],
  ['with another first random character', (key) => changedAt(key, 4)],
  ['with another random character', (key) => changedAt(key, 20)],
  ['with another checksum', (key) => changedAt(key, key.length - 1)],
  ['with a letter in the other case', (key) => key.replace(/(?<=_.*)[a-z]/i, flip)],
  ['in capitals', (key) => key.toUpperCase()],
  ['with another prefix', (key) => key.replace('akm_', 'abc_')],
  ['with its prefix in capitals', (key) => key.replace('akm_', 'AKM_')],
  ['with NUL after it', (key) => `${key}\0`],
  ['with a space in it', (key) => `${key.slice(0, 10)} ${key.slice(10)}`],
  ['with a sign that looks like one of it', (key) => key.replace('k', '\u043a')],
  ['with a wildcard', (key) => `${key.slice(0, -1)}%`],
  ['as SQL', (key) => `${key}' OR '1'='1`],
  ['as its digest in hexadecimal', (key) => sha256(key).digest('hex')],
  ['as its digest in capitals', (key) => sha256(key).digest('hex').toUpperCase()],
  ['as its digest in bytes', (key) => sha256(key).digest().toString('latin1')],
  ['as its digest as PostgreSQL prints it', (key) => `\\x${sha256(key).digest('hex')}`],
  ['as its digest in base64', (key) => sha256(key).digest('base64')],
  ['as its digest behind the prefix', (key) => `akm_${sha256(key).digest('hex')}`],
];

describe('a key', () => {
  let server: TestServer;
  let good: { id: string; key: string };
  let queries: { made: number };
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_VERIFY_FRESH: '3600' });
    good = await server.createKey();
    await makeBadKeys();
    queries = countLookups(server);
    await server.check(good.key);
  });
  afterAll(() => server.stop());

  async function makeBadKeys(): Promise<void> {
    const revoked = await server.createKey();
    await server.as(ALICE, 'POST', `/v1/keys/${revoked.id}/revoke`);
    const disabled = await server.createKey();
    await server.get(DataSource).query('UPDATE api_keys SET enabled = false WHERE id = $1', [disabled.id]);
    const digest = sha256(disabled.key).digest('hex');
    server.get<{ apply(change: object): void }>(Invalidation as never).apply({ kind: 'key', digest });
    const expired = await server.createKey({ ttlHours: 0.001 });
    server.clock.advance(10);
    const orphan = await server.createKey({}, BOB);
    await server.reconcileAs(BOB, { enabled: false });
    const unknown = mintKey('akm').secret;
    Object.assign(keys, {
      unknown,
      revoked: revoked.key,
      disabled: disabled.key,
      expired: expired.key,
      orphan: orphan.key,
      malformed: changedAt(unknown, 10),
      'unknown UUID': '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d',
    });
  }

  it.each(ALTERED)('%s is refused, and the database is not asked', async (_, alter) => {
    const altered = alter(good.key);
    const before = queries.made;
    for (const route of ROUTES) {
      const answer = await ask(server, route, { query: `?api-key=${encodeURIComponent(altered)}` });
      expect(told(route, answer)).toEqual(expectedOf(route, 'INVALID_KEY'));
    }
    expect((await verify(server, { key: altered })).verdict).toEqual({ valid: false, code: 'MALFORMED' });
    expect(queries.made).toBe(before);
    expect((await server.check(good.key)).status).toBe(200);
  });

  it('that nobody has is looked up once, however often it is sent', async () => {
    const before = queries.made;
    const unknown = mintKey('akm').secret;
    for (let i = 0; i < 5; i += 1) expect((await server.check(unknown)).status).toBe(403);
    expect(queries.made).toBe(before + 1);
  });

  it.each([...ROUTES, '/v1/forward-auth?status=nginx&cache=60&audience=maps&require=role:reader'])(
    'that is bad for any reason gets the same answer on %s, to the byte',
    async (route) => {
      const answers = new Set<string>();
      for (const [name, text] of Object.entries(keys)) {
        const headers = [
          ['X-Api-Key', text],
          ['X-Request-Id', 'same'],
        ] as const;
        const { status, lines, body } = await ask(server, route, { headers });
        expect([name, status]).toEqual([name, route === '/auth/check_key' ? 403 : 401]);
        answers.add(JSON.stringify([status, lines, body]));
      }
      expect([...answers]).toHaveLength(1);
    },
  );

  it('is told to its holder’s service as what it is', async () => {
    const code = async (name: string) => (await verify(server, { key: keys[name] })).verdict.code;
    expect(await Promise.all(Object.keys(keys).map(code))).toEqual([
      'UNKNOWN',
      'REVOKED',
      'DISABLED',
      'EXPIRED',
      'OWNER_DISABLED',
      'MALFORMED',
      'UNKNOWN',
    ]);
  });

  // Interleaved, so that the machine's moods hit both alike; only a difference in kind would pass the bound.
  it('that was revoked takes no other time than one that never was', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const [unknown, revoked]: number[][] = [[], []];
    for (let i = 0; i < 1000; i += 1) {
      unknown!.push(await timeOf(server.url, keys.unknown!, agent));
      revoked!.push(await timeOf(server.url, keys.revoked!, agent));
    }
    agent.destroy();
    const ratio = median(unknown!) / median(revoked!);
    expect(ratio).toBeGreaterThan(1 / 1.5);
    expect(ratio).toBeLessThan(1.5);
  });
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

function timeOf(url: string, key: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const sent = request(`${url}/auth/check_key`, { agent, headers: { 'x-api-key': key } }, (answer) => {
      answer.resume().on('end', () => resolve(performance.now() - startedAt));
    });
    sent.on('error', reject).end();
  });
}
