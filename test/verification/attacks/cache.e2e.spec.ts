import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../../src/api-keys/key-material.js';
import { TestServer } from '../../support/app.js';
import { ALICE, BOB } from '../../support/keycloak-stand-in.js';
import { flood, rawRequest } from '../../support/raw-http.js';
import type { HeaderLine } from '../../support/raw-http.js';
import { ask, expectedOf, ROUTES, told, verify, wrapLookups } from '../../support/verification-routes.js';
import type { Code } from '../../support/verification-routes.js';

const x = (key: string): HeaderLine => ['X-Api-Key', key];

/** Holds look-ups that already have their answer, as a slow network would, until they are let go. */
class Gate {
  held = 0;
  private letGo: () => void = () => {};
  private closed: Promise<void> | undefined;

  constructor(server: TestServer) {
    wrapLookups(server, async (look) => {
      const rows = await look();
      if (!this.closed) return rows;
      this.held += 1;
      await this.closed;
      return rows;
    });
  }

  close(): void {
    this.held = 0;
    this.closed = new Promise((resolve) => (this.letGo = resolve));
  }

  open(): void {
    this.closed = undefined;
    this.letGo();
  }

  async holdsOne(): Promise<void> {
    while (this.held === 0) await new Promise(setImmediate);
  }
}

describe('what is remembered of a key', () => {
  let server: TestServer;
  let gate: Gate;
  beforeAll(async () => {
    server = await TestServer.start({
      APIKM_VERIFY_FRESH: '3600',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
      APIKM_LEGACY_KEY_FORMAT: 'uuid',
    });
    gate = new Gate(server);
  });
  afterAll(() => server.stop());

  const expectOn = async (key: string, code: Code, headers: HeaderLine[] = []): Promise<void> => {
    for (const route of ROUTES)
      expect(told(route, await ask(server, route, { headers: [x(key), ...headers] }))).toEqual(
        expectedOf(route, code),
      );
  };

  const CHANGES: [string, (id: string) => Promise<unknown>][] = [
    ['it is revoked', (id) => server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`)],
    ['its owner is disabled', () => server.reconcileAs(ALICE, { enabled: false })],
  ];

  it.each(CHANGES)('is not what a look-up saw before %s', async (_, change) => {
    const { id, key } = await server.createKey();
    gate.close();
    const asked = ROUTES.map((route) => ask(server, route, { headers: [x(key)] }));
    await gate.holdsOne();
    await change(id);
    gate.open();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([403, 401, 401]);
    await expectOn(key, 'INVALID_KEY');
    await server.reconcileAs(ALICE, { enabled: true });
  });

  it('ends with the key, to the second, on every route', async () => {
    const { key } = await server.createKey({ ttlHours: 0.01 });
    await expectOn(key, 'VALID');
    server.clock.advance(35);
    const { header } = await ask(server, '/v1/forward-auth?cache=600', { headers: [x(key)] });
    expect(header('cache-control')).toBe('private, max-age=1');
    await expectOn(key, 'VALID');
    server.clock.advance(1);
    await expectOn(key, 'INVALID_KEY');
    expect((await verify(server, { key })).verdict.code).toBe('EXPIRED');
  });

  it.each<[string, object, HeaderLine[], HeaderLine[], Code]>([
    [
      'address',
      { allowedIps: ['203.0.113.9'] },
      [['X-Forwarded-For', '203.0.113.9']],
      [['X-Forwarded-For', '203.0.113.8']],
      'IP_NOT_ALLOWED',
    ],
    [
      'page',
      { allowedReferers: ['good.org'] },
      [['Origin', 'https://good.org']],
      [['Origin', 'https://evil.org']],
      'REFERER_NOT_ALLOWED',
    ],
    [
      'referer',
      { allowedReferers: ['good.org'] },
      [['Referer', 'https://good.org/']],
      [],
      'CONTEXT_REQUIRED',
    ],
  ])('never answers for another %s', async (_, limits, allowed, refused, code) => {
    const { key } = await server.createKey(limits as Record<string, unknown>);
    for (let i = 0; i < 2; i += 1) {
      await expectOn(key, 'VALID', allowed);
      await expectOn(key, code, refused);
    }
  });

  it('never answers for another audience, requirement or carrier', async () => {
    const { key } = await server.createKey({ audiences: ['maps'], scopes: ['read'], allowKeyInUrl: false });
    const status = async (query: string, carried: object = { headers: [x(key)] }) =>
      (await ask(server, `/v1/forward-auth${query}`, carried)).status;
    for (let i = 0; i < 2; i += 1) {
      expect(await status('?audience=maps&require=scope:read')).toBe(200);
      expect(await status('?audience=tiles&require=scope:read')).toBe(403);
      expect(await status('?audience=maps&require=scope:write')).toBe(403);
      expect(await status('')).toBe(403);
      expect(await status('?audience=maps', { pathKey: key })).toBe(403);
      expect(await status(`?audience=maps&api-key=${key}`)).toBe(403);
      expect((await verify(server, { key, audience: 'maps', require: 'scope:read' })).verdict.valid).toBe(
        true,
      );
      expect((await verify(server, { key })).verdict.code).toBe('AUDIENCE_NOT_ALLOWED');
    }
  });

  it('is the key’s new end when it is renewed after it was revoked or had expired', async () => {
    const { key, id } = await server.createKey({ ttlHours: 0.01 });
    for (const end of [
      () => server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`),
      async () => server.clock.advance(37),
    ]) {
      await end();
      await expectOn(key, 'INVALID_KEY');
      expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/renew`, { ttlHours: 0.01 })).status).toBe(200);
      await expectOn(key, 'VALID');
    }
  });

  it('is never another key’s, however many ask at once over the same connections', async () => {
    const owners = [
      ['alice', (await server.createKey({}, ALICE)).key],
      ['bob', (await server.createKey({}, BOB)).key],
    ] as const;
    const asked = Array.from({ length: 600 }, async (_, i) => {
      const [login, key] = owners[i % 2]!;
      const answer = await server.call('/auth/check_key', { headers: { 'x-api-key': key } });
      return (answer.body as { user_login: string }).user_login === login;
    });
    expect((await Promise.all(asked)).every(Boolean)).toBe(true);
  });

  it.each<HeaderLine[]>([
    [['If-None-Match', '*']],
    [['If-None-Match', '"x", W/"y"']],
    [['If-Modified-Since', 'Fri, 31 Dec 2100 23:59:59 GMT']],
    [['Range', 'bytes=0-1']],
    [['Cache-Control', 'only-if-cached, max-stale']],
    [['Origin', 'https://a.org']],
  ])('is answered in full, and nobody may keep it: %j', async (line) => {
    const { key } = await server.createKey();
    for (const [secret, statuses] of [
      [key, [200, 200, 200]],
      [`${key}x`, [403, 401, 401]],
      ['', [403, 401, 401]],
    ] as const)
      for (const [i, route] of ROUTES.entries()) {
        const { status, lines, header } = await ask(server, route, { headers: [x(secret), line] });
        expect(status).toBe(statuses[i]);
        expect([header('cache-control'), header('vary')]).toEqual(['private, no-store', 'Origin']);
        expect(lines.filter((one) => /^(?:etag|last-modified|age|expires):/i.test(one))).toEqual([]);
      }
    for (const path of ['/auth/check_key', '/v1/verify', '/v1/verify/x']) {
      const { header } = await rawRequest(server.url, { method: 'PUT', path, headers: [line] });
      expect(header('etag')).toBeUndefined();
    }
  });
});

describe('two hundred thousand bad keys', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };

  const text = (secret: string) => `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${secret}\r\n\r\n`;
  const wellFormed = mintKey('akm').secret.slice(0, -16);
  function* bad(from: number, to: number): Generator<string> {
    for (let i = from; i < to; i += 1) yield text(wellFormed + String(i).padStart(16, '0'));
  }
  const timeOf = async ({ server, key }: { server: TestServer; key: string }): Promise<number> => {
    const startedAt = performance.now();
    expect([...(await flood(server.url, Array<string>(3000).fill(text(key))))]).toEqual([[200, 3000]]);
    return performance.now() - startedAt;
  };
  const start = async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '1000000/minute' });
    return { server, key: (await server.createKey()).key };
  };

  // Against a server that saw none of them, in turns: the machine's moods hit both alike.
  it('leave little behind, and good keys as fast as without them', async () => {
    const [hit, spared] = [await start(), await start()];
    for (const one of [hit, spared]) await timeOf(one);
    await flood(hit.server.url, bad(0, 20_000));
    const before = heap();
    const unknown = Array.from({ length: 3000 }, () => text(mintKey('akm').secret));
    expect([...(await flood(hit.server.url, unknown))]).toEqual([[403, 3000]]);
    expect([...(await flood(hit.server.url, bad(20_000, 200_000)))]).toEqual([[403, 180_000]]);
    expect(heap() - before).toBeLessThan(64);
    const times: [number, number][] = [];
    for (let i = 0; i < 7; i += 1) times.push([await timeOf(hit), await timeOf(spared)]);
    const best = (at: 0 | 1) => Math.min(...times.map((pair) => pair[at]));
    expect(best(0) / best(1)).toBeLessThan(2);
  });
});
