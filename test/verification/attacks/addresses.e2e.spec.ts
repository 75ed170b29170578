import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../../support/app.js';
import { ALICE } from '../../support/keycloak-stand-in.js';
import type { HeaderLine } from '../../support/raw-http.js';
import { ask, countLookups, expectedOf, ROUTES, told, verify } from '../../support/verification-routes.js';
import type { Code } from '../../support/verification-routes.js';

const forwarded = (...values: string[]): HeaderLine[] =>
  values.map((value) => ['X-Forwarded-For', value] as const);
const x = (key: string): HeaderLine => ['X-Api-Key', key];

describe('the throttle', () => {
  let open: TestServer;
  let proxied: TestServer;
  let cold: string;
  beforeAll(async () => {
    open = await TestServer.start({ APIKM_RATE_LIMIT: '3/minute' });
    proxied = await TestServer.start({ APIKM_RATE_LIMIT: '3/minute', APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    cold = (await open.createKey()).key;
  });
  afterAll(async () => {
    await open.stop();
    await proxied.stop();
  });

  it('turns a blocked client away before any look-up, on every route', async () => {
    const queries = countLookups(open);
    for (const bad of ['bad1', 'bad2', 'bad3']) await open.check(bad);
    for (const route of ROUTES) {
      const answer = await ask(open, route, { headers: [x(cold)] });
      expect([route, answer.status]).toEqual([route, 429]);
      expect(Number(answer.header('retry-after'))).toBeGreaterThan(0);
    }
    const told = await verify(open, { key: cold });
    expect([told.status, told.header('content-type')]).toEqual([429, expect.stringMatching('problem')]);
    expect(queries.made).toBe(0);
    open.clock.advance(61);
    expect((await open.check(cold)).status).toBe(200);
  });

  it('counts every route’s refusals together, and the same key once', async () => {
    open.clock.advance(61);
    await ask(open, '/auth/check_key', { query: '?api-key=one' });
    await ask(open, '/v1/forward-auth', { headers: [x('one')] });
    await verify(open, { key: 'one' });
    for (const route of ROUTES) await ask(open, route, {});
    await ask(open, '/v1/forward-auth/a', { pathKey: 'two' });
    expect((await ask(open, '/auth/check_key', { headers: [x('one')] })).status).toBe(403);
    await verify(open, { key: 'three' });
    expect((await open.check('four')).status).toBe(429);
  });

  it.each(['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'X-Client-IP', 'CF-Connecting-IP', 'X-Original-For'])(
    'is not turned away by a client’s own %s',
    async (name) => {
      open.clock.advance(61);
      const value = (n: number) => (name === 'Forwarded' ? `for=198.51.100.${n}` : `198.51.100.${n}`);
      const from = async (n: number) =>
        (await ask(open, '/auth/check_key', { headers: [x(`bad${n}`), [name, value(n)]] })).status;
      expect([await from(1), await from(2), await from(3), await from(4)]).toEqual([403, 403, 403, 429]);
    },
  );

  it('counts the thousand addresses of a client’s network as one', async () => {
    proxied.clock.advance(61);
    const statuses: number[] = [];
    for (let i = 0; i < 1000; i += 1) {
      const address = `2001:db8:7:7:${i.toString(16)}::${(i * 7).toString(16)}`;
      const headers = [x(`bad${i}`), ...forwarded(address)];
      statuses.push((await ask(proxied, '/auth/check_key', { headers })).status);
    }
    expect(statuses.slice(0, 3)).toEqual([403, 403, 403]);
    expect(new Set(statuses.slice(3))).toEqual(new Set([429]));
    const neighbour = [x('bad'), ...forwarded('2001:db8:7:8::1')];
    expect((await ask(proxied, '/auth/check_key', { headers: neighbour })).status).toBe(403);
  });

  it.each([
    '::ffff:198.51.100.7',
    '::FFFF:c633:6407',
    '64:ff9b::198.51.100.7',
    '198.51.100.7:51234',
    '"198.51.100.7:51234"',
    '"[::ffff:198.51.100.7]:51234"',
    ' 198.51.100.7 ',
  ])('knows an address in the spelling %j', async (spelling) => {
    proxied.clock.advance(61);
    const from = async (key: string, address: string) =>
      (await ask(proxied, '/auth/check_key', { headers: [x(key), ...forwarded(address)] })).status;
    for (const key of ['a', 'b']) expect(await from(key, '198.51.100.7')).toBe(403);
    expect([await from('c', spelling), await from('d', '198.51.100.7')]).toEqual([403, 429]);
  });

  it.each([
    '0xc6336407',
    '3325256711',
    '198.51.25607',
    '0306.063.0144.07',
    'unknown',
    '198.51.100.7,',
    '',
    'a'.repeat(2001),
  ])(
    'takes %j for nobody’s address: such clients share one count, and no other client its',
    async (spelling) => {
      proxied.clock.advance(61);
      const from = async (key: string, address: string) =>
        (await ask(proxied, '/auth/check_key', { headers: [x(key), ...forwarded(address)] })).status;
      for (const key of ['a', 'b', 'c']) expect(await from(key, spelling)).toBe(403);
      expect([await from('d', spelling), await from('d', '_hidden')]).toEqual([429, 429]);
      expect(await from('d', '198.51.100.7')).toBe(403);
      expect((await ask(proxied, '/auth/check_key', { headers: [x('d')] })).status).toBe(403);
    },
  );

  it('is moved by a clientIp only for services of ours, not for whoever comes through a gateway', async () => {
    proxied.clock.advance(61);
    const bad = async (i: number, headers: readonly HeaderLine[]) =>
      (await verify(proxied, { key: `bad${i}`, clientIp: `198.51.100.${i}` }, headers)).status;
    const through: number[] = [];
    for (let i = 1; i <= 5; i += 1) through.push(await bad(i, forwarded('192.0.2.66')));
    expect(through).toEqual([200, 200, 200, 429, 429]);
    for (let i = 1; i <= 5; i += 1) expect(await bad(i, [])).toBe(200);
  });

  it('is not led astray by long lists of addresses', async () => {
    proxied.clock.advance(61);
    const statuses: number[] = [];
    for (let i = 1; i <= 5; i += 1) {
      const headers = [x(`bad${i}`), ...forwarded(`${`10.0.0.${i}, `.repeat(400)}198.51.100.9`)];
      statuses.push((await ask(proxied, '/auth/check_key', { headers })).status);
    }
    expect(statuses).toEqual([403, 403, 403, 429, 429]);
    const other = [x('bad'), ...forwarded('198.51.100.10')];
    expect((await ask(proxied, '/auth/check_key', { headers: other })).status).toBe(403);
  });
});

describe('a key for some addresses', () => {
  let server: TestServer;
  let apart: TestServer;
  let office: string;
  let inside: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.0/8,10.9.0.0/16' });
    office = (await server.createKey({ allowedIps: ['203.0.113.0/24', '2001:db8:1::/48'] })).key;
    inside = (await server.createKey({ allowedIps: ['10.0.0.0/8', '127.0.0.0/8', '::1', '0.0.0.0/8'] })).key;
    apart = await TestServer.start({ APIKM_TRUSTED_PROXIES: '192.0.2.0/24' });
  });
  afterAll(async () => {
    await server.stop();
    await apart.stop();
  });

  /** In every one of them the proxy wrote the last entry: who really came. */
  const FROM_OFFICE: [string, string[]][] = [
    ['alone', ['203.0.113.9']],
    ['behind an address that the client wrote', ['10.1.1.1, 203.0.113.9']],
    ['behind another line of the client', ['10.1.1.1', '203.0.113.9']],
    ['behind nonsense', ['unknown, "10.1.1.1", _hidden, [::1], 10.1.1.1:80, 203.0.113.9']],
    ['behind nothing', [',,,203.0.113.9']],
    ['behind itself', ['203.0.113.9, 203.0.113.9']],
    ['behind the proxy’s own address', ['127.0.0.1, 10.1.1.1, 203.0.113.9']],
    ['in front of a second trusted proxy', ['10.1.1.1, 203.0.113.9, 10.9.0.1, 127.0.0.1']],
    ['as a mapped address', ['::ffff:203.0.113.9']],
    ['of v6', ['10.1.1.1, 2001:db8:1:ffff::9']],
    ['behind two thousand signs', [`${'1'.repeat(1986)}, 203.0.113.9`]],
    ['behind a few signs more', [`${'10.1.1.1,'.repeat(221)} 203.0.113.9`]],
    ['behind as much as a header holds', [`${'10.1.1.1, '.repeat(1500)}203.0.113.9`]],
  ];

  it.each(FROM_OFFICE)('is judged by who came, whatever he wrote: %s', async (_, values) => {
    for (const route of ROUTES)
      for (const [key, code] of [
        [office, 'VALID'],
        [inside, 'IP_NOT_ALLOWED'],
      ] as const) {
        const answer = await ask(server, route, { headers: [x(key), ...forwarded(...values)] });
        expect(told(route, answer)).toEqual(expectedOf(route, code));
      }
  });

  it.each([[], [''], ['unknown'], ['203.0.113.9,'], ['203.0.113.9', ''], ['0xcb007109'], ['203.0.113.09']])(
    'is refused where a proxy forwards %j: nobody knows who came, and it was never the proxy',
    async (...values) => {
      for (const route of ROUTES)
        for (const key of [office, inside]) {
          const answer = await ask(server, route, { headers: [x(key), ...forwarded(...values)] });
          expect(told(route, answer)).toEqual(expectedOf(route, 'CONTEXT_REQUIRED'));
        }
    },
  );

  it.each(['203.0.113.9:51234', '"203.0.113.9:1"', '[2001:db8:1::9]:51234', '"[2001:db8:1::9]"'])(
    'is judged by the address in %s',
    async (entry) => {
      for (const route of ROUTES) {
        const answer = await ask(server, route, { headers: [x(office), ...forwarded(entry)] });
        expect(told(route, answer)).toEqual(expectedOf(route, 'VALID'));
      }
    },
  );

  it.each([
    [['192.168.1.77/24'], ['192.168.1.0/24']],
    [['::ffff:203.0.113.0/120'], ['203.0.113.0/24']],
  ])('keeps %j as %j', async (allowedIps, kept) => {
    const { id } = await server.createKey({ allowedIps });
    expect((await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body.allowedIps).toEqual(kept);
  });

  it.each(['010.0.0.0/8', '192.168.010.001', '10', '10.1', '192.168.1', '0x0a000001', '10.0.0.0/08'])(
    'is not made for %j, which two programs read differently',
    async (range) => {
      const { status } = await server.as(ALICE, 'POST', '/v1/keys', { name: 'n', allowedIps: [range] });
      expect(status).toBe(400);
    },
  );

  it('is judged by the connection, where that is no proxy’s', async () => {
    const local = (await apart.createKey({ allowedIps: ['127.0.0.1'] })).key;
    const far = (await apart.createKey({ allowedIps: ['203.0.113.0/24'] })).key;
    const spoofed = [...forwarded('203.0.113.9'), ['X-Real-IP', '203.0.113.9'] as const];
    for (const route of ROUTES)
      for (const [key, code] of [
        [local, 'VALID'],
        [far, 'IP_NOT_ALLOWED'],
      ] as const)
        expect(told(route, await ask(apart, route, { headers: [x(key), ...spoofed] }))).toEqual(
          expectedOf(route, code),
        );
  });

  it.each<[unknown, string]>([
    ['203.0.113.9', 'VALID'],
    ['::ffff:203.0.113.9', 'VALID'],
    ['2001:db8:1::9', 'VALID'],
    ['2001:db8:2::9', 'IP_NOT_ALLOWED'],
    ['203.0.114.9', 'IP_NOT_ALLOWED'],
    ['::203.0.113.9', 'VALID'],
    ['fe80::1%eth0', 'IP_NOT_ALLOWED'],
    [undefined, 'CONTEXT_REQUIRED'],
  ])('asked about from %s by a service is %s', async (clientIp, code) => {
    expect((await verify(server, { key: office, clientIp }, forwarded('203.0.113.9'))).verdict.code).toBe(
      code,
    );
  });
});

describe('a key for some pages', () => {
  let server: TestServer;
  let key: string;
  let legacy: string;
  beforeAll(async () => {
    server = await TestServer.start();
    key = (await server.createKey({ allowedReferers: ['good.org', '*.sub.org'] })).key;
    const made = '/auth/api_key/new?name=x&allowed_referers=good.org';
    legacy = (await server.as('11111111-1111-4111-8111-111111111111', 'GET', made)).body as string;
  });
  afterAll(() => server.stop());

  const origin = (value: string): HeaderLine => ['Origin', value];
  const referer = (value: string): HeaderLine => ['Referer', value];
  const PAGES: [Code, ...HeaderLine[]][] = [
    ['VALID', origin('https://good.org')],
    ['VALID', origin('http://GOOD.org:8080')],
    ['VALID', referer('https://good.org/map?x=y#z')],
    ['VALID', referer('https://user:pw@good.org/')],
    ['VALID', origin('https://a.b.sub.org')],
    ['VALID', origin('https://good.org'), referer('https://evil.org/')],
    ['REFERER_NOT_ALLOWED', origin('https://evil.org'), referer('https://good.org/')],
    ['REFERER_NOT_ALLOWED', origin('null'), referer('https://good.org/')],
    ['REFERER_NOT_ALLOWED', referer('https://evil.org/?good.org')],
    ['REFERER_NOT_ALLOWED', referer('https://evil.org/https://good.org/')],
    ['REFERER_NOT_ALLOWED', referer('https://evil.org#good.org')],
    ['REFERER_NOT_ALLOWED', referer('https://good.org@evil.org/')],
    ['REFERER_NOT_ALLOWED', referer('https://good.org:x@evil.org/')],
    ['REFERER_NOT_ALLOWED', origin('https://good.org.evil.com')],
    ['REFERER_NOT_ALLOWED', origin('https://evilgood.org')],
    ['REFERER_NOT_ALLOWED', origin('https://www.good.org')],
    ['REFERER_NOT_ALLOWED', origin('https://sub.org')],
    ['REFERER_NOT_ALLOWED', origin('https://evilsub.org')],
    ['REFERER_NOT_ALLOWED', origin('https://a.sub.org.evil.com')],
    ['REFERER_NOT_ALLOWED', origin('good.org')],
    ['REFERER_NOT_ALLOWED', referer('//good.org/')],
    ['REFERER_NOT_ALLOWED', referer('javascript:good.org')],
    ['REFERER_NOT_ALLOWED', origin('https://good.org'), origin('https://evil.org')],
    ['CONTEXT_REQUIRED'],
    ['CONTEXT_REQUIRED', referer('')],
    ['CONTEXT_REQUIRED', ['X-Forwarded-Host', 'good.org']],
  ];

  it.each(PAGES)('is %s for %j', async (code, ...lines) => {
    for (const route of ROUTES) {
      const answer = await ask(server, route, { headers: [x(key), ...lines] });
      expect(told(route, answer)).toEqual(expectedOf(route, code));
    }
  });

  it('made as the predecessor made them, is held to them only where a browser says so', async () => {
    const status = async (...lines: HeaderLine[]) =>
      (await ask(server, '/auth/check_key', { headers: [x(legacy), ...lines] })).status;
    expect(await status()).toBe(200);
    expect(await status(origin('https://good.org'))).toBe(200);
    expect(await status(referer('https://evil.org/'))).toBe(403);
  });

  it('is told nothing of other hosts by forwarding headers', async () => {
    const same = [x(key), referer('https://good.org/'), ['X-Request-Id', 'same'] as const];
    const forged = [...same, ['X-Forwarded-Host', 'evil.org'], ['X-Forwarded-Proto', 'javascript']] as const;
    for (const route of ROUTES) {
      const [plain, told] = [
        await ask(server, route, { headers: same }),
        await ask(server, route, { headers: forged }),
      ];
      expect([told.status, told.lines, told.body]).toEqual([200, plain.lines, plain.body]);
    }
  });
});
