import { describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { mintKey } from '../../src/api-keys/key-material.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { flood } from '../support/raw-http.js';
import { countLookups, wrapLookups } from '../support/verification-routes.js';

const behind = (server: TestServer, forwardedFor: string, key: string) =>
  server.call('/auth/check_key', { headers: { 'x-api-key': key, 'x-forwarded-for': forwardedFor } });
const verify = (server: TestServer, body: object) =>
  server.call('/v1/verify', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the throttle', () => {
  it('lets keys that a blocked client has proven good go on, until they are good no longer', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    const [proven, never] = [await server.createKey(), await server.createKey()];
    expect((await server.check(proven.key)).status).toBe(200);
    for (const bad of ['wrong1', 'wrong2']) await server.check(bad);
    expect((await server.check('wrong3')).status).toBe(429);
    expect((await server.check(proven.key)).status).toBe(200);
    expect((await verify(server, { key: proven.key })).body.valid).toBe(true);
    expect((await server.check(never.key)).status).toBe(429);
    expect((await verify(server, { key: never.key })).headers.get('content-type')).toMatch('problem+json');
    await server.as(ALICE, 'POST', `/v1/keys/${proven.id}/revoke`);
    expect((await server.check(proven.key)).status).toBe(403);
    expect((await server.check(proven.key)).status).toBe(429);
    server.clock.advance(61);
    expect((await server.check(never.key)).status).toBe(200);
  });

  it('lets a proven key go on that was also asked for where it may not be used', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    const { key } = await server.createKey({ audiences: ['maps'] });
    const statusAt = async (audience: string) =>
      (await server.call(`/v1/forward-auth?audience=${audience}`, { headers: { 'x-api-key': key } })).status;
    expect(await statusAt('maps')).toBe(200);
    for (const bad of ['wrong1', 'wrong2']) await server.check(bad);
    expect(await statusAt('other')).toBe(403);
    expect(await statusAt('maps')).toBe(200);
  });

  it('counts what a key’s own rate refuses, when every verification counts', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '3/minute', APIKM_RATE_LIMIT_COUNTS: 'all' });
    const { key } = await server.createKey({ rateLimit: '1/minute' });
    for (let i = 0; i < 3; i += 1) await server.check(key);
    expect((await server.check(key)).text).toContain('3 per 1 minute');
  });

  it('is not evaded by a clientIp that is none', async () => {
    const server = await TestServer.start({
      APIKM_RATE_LIMIT: '2/minute',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    const { key } = await server.createKey({ allowedIps: ['10.0.0.0/8'] });
    for (const clientIp of [null, '', 5, ['10.0.0.1']])
      expect((await verify(server, { key, clientIp })).status).toBe(400);
    for (const field of ['audience', 'require', 'referer'])
      expect((await verify(server, { key, [field]: null })).status).toBe(400);
  });

  it('spares nobody when every verification counts', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute', APIKM_RATE_LIMIT_COUNTS: 'all' });
    const { key } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    expect((await server.check(key)).status).toBe(200);
    expect((await server.check(key)).status).toBe(429);
  });

  it('counts a v6 /64 as one client and every spelling of a v4 address as one', async () => {
    const server = await TestServer.start({
      APIKM_RATE_LIMIT: '2/minute',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    await behind(server, '2001:db8:1:2::1', 'wrong1');
    await behind(server, '2001:db8:1:2:ffff::9', 'wrong2');
    expect((await behind(server, '2001:db8:1:2:1:1:1:1', 'wrong3')).status).toBe(429);
    expect((await behind(server, '2001:db8:1:3::1', 'wrong3')).status).toBe(403);
    await behind(server, '198.51.100.1', 'wrong1');
    await behind(server, '::ffff:198.51.100.1', 'wrong2');
    expect((await behind(server, '::ffff:c633:6401', 'wrong3')).status).toBe(429);
  });

  it('is not turned away by a forged X-Forwarded-For', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    for (const n of [1, 2]) await behind(server, `198.51.100.${n}`, `wrong${n}`);
    expect((await behind(server, '198.51.100.3', 'wrong3')).status).toBe(429);
  });

  it('counts the client that a trusted caller names, else the caller', async () => {
    const server = await TestServer.start({
      APIKM_RATE_LIMIT: '2/minute',
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    for (const n of [1, 2]) await verify(server, { key: `wrong${n}`, clientIp: '198.51.100.1' });
    expect((await verify(server, { key: 'wrong3', clientIp: '198.51.100.1' })).status).toBe(429);
    expect((await verify(server, { key: 'wrong3', clientIp: '198.51.100.2' })).status).toBe(200);
    expect((await verify(server, { key: 'wrong3' })).status).toBe(200);

    const open = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    for (const n of [1, 2]) await verify(open, { key: `wrong${n}`, clientIp: `198.51.100.${n}` });
    expect((await verify(open, { key: 'wrong3', clientIp: '198.51.100.3' })).status).toBe(429);
  });
});

describe("a key's own rate limit", () => {
  it('refuses that key alone until the period ends', async () => {
    const server = await TestServer.start();
    const { key } = await server.createKey({ rateLimit: '2/minute' });
    const other = await server.createKey();
    for (let i = 0; i < 2; i += 1) expect((await server.check(key)).status).toBe(200);
    const refused = await server.check(key);
    expect([refused.status, refused.text]).toEqual([
      429,
      '{"error":"Rate limit exceeded: 2 per 1 minute","detail":"Rate limit exceeded: 2 per 1 minute"}',
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await verify(server, { key })).body).toEqual({ valid: false, code: 'RATE_LIMITED' });
    expect((await server.check(other.key)).status).toBe(200);
    server.clock.advance(61);
    expect((await server.check(key)).status).toBe(200);
  });

  it.each(['fast', '0/minute', '', 5])('is no %j', async (rateLimit) => {
    const server = await TestServer.start();
    expect((await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', rateLimit })).status).toBe(400);
  });
});

describe('a burst of guesses', () => {
  it('is never looked up beyond the limit, however many come at once', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '20/minute' });
    const lookups = countLookups(server);
    const asked: string[] = [];
    wrapLookups(server, async (look, values) => {
      asked.push(...(values[0] as Buffer[]).map((digest) => digest.toString('hex')));
      return look();
    });
    const guess = () =>
      `GET /auth/check_key HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${mintKey('akm').secret}\r\n\r\n`;
    const statuses = await flood(server.url, Array.from({ length: 2000 }, guess));
    expect([...statuses].sort()).toEqual([
      [403, 20],
      [429, 1980],
    ]);
    expect(asked.length).toBe(20);
    expect(lookups.made).toBeLessThanOrEqual(20);
  });

  it('of good keys passes, also where more come at once than may be refused', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    const keys = [];
    for (let i = 0; i < 12; i += 1) keys.push((await server.createKey()).key);
    const statuses = await Promise.all(keys.map(async (key) => (await server.check(key)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('keeps no key waiting that is known to exist, also while the database hangs', async () => {
    const server = await TestServer.start({ APIKM_RATE_LIMIT: '2/minute' });
    const { key } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    server.clock.advance(11);
    wrapLookups(server, () => new Promise(() => {}));
    const guesses = Array.from({ length: 30 }, () => server.check(mintKey('akm').secret));
    const startedAt = performance.now();
    expect((await server.check(key)).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1500);
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
