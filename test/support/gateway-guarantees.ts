import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mintKey } from '../../src/api-keys/key-material.js';
import { gateBy } from './gateway.js';
import type { Gate, Manners } from './gateway.js';
import { runsAsDocumented, takesOtherNames } from './gateway-documented.js';
import { GATEWAYS } from './gateway-programs.js';
import { staysShutAlone } from './gateway-away.js';
import { takesWhatIsLarge } from './gateway-sizes.js';
import { isNotMisled, staysShut } from './gateway-strangers.js';
import { ALICE } from './keycloak-stand-in.js';

/** What every gateway keeps by its recipe, whatever its make. */
export function keepsTheGate(name: keyof typeof GATEWAYS, manners: Manners = {}): void {
  const start = GATEWAYS[name];
  describe('as documented', () => {
    const open = gateBy(start);
    describe('with a good key', () => readsWithKeys(open));
    describe('by the commands of the recipe', () => runsAsDocumented(name, open));
    describe('with a good key in the path', () => staysBelow(open));
    describe('with much to carry', () => takesWhatIsLarge(open, manners));
    describe('without one', () => staysShut(open));
    describe('against forgery', () => isNotMisled(open));
    describe('when it refuses', () => tellsWhy(open));
    describe('and the manager', () => asksTheManager(open));
    // It stops the manager at its end.
    describe('alone', () => staysShutAlone(open));
  });
  describe('with options', () => takesOptions(gateBy(start, { options: OPTIONS })));
  describe('with other names of carriers', () => takesOtherNames(start));
}

/** Those of which each recipe speaks. */
const OPTIONS = 'audience=files&preflight=pass&send=user,login,roles,upstream-uri';

/** Each way in which GDAL can be given a key; header files and .netrc are written to the folder. */
const CARRIERS: Readonly<Record<string, (key: string, folder: string) => [string, Record<string, string>]>> =
  {
    'x-api-key': (key) => ['/x.tif', { GDAL_HTTP_HEADERS: `X-Api-Key: ${key}` }],
    'a file of headers': (_, folder) => ['/x.tif', { GDAL_HTTP_HEADER_FILE: join(folder, 'headers') }],
    Bearer: (key) => ['/x.tif', { GDAL_HTTP_HEADERS: `Authorization: Bearer ${key}` }],
    Basic: (key) => ['/x.tif', { GDAL_HTTP_USERPWD: `any:${key}`, GDAL_HTTP_AUTH: 'BASIC' }],
    '.netrc': (_, folder) => ['/x.tif', { HOME: folder, GDAL_HTTP_NETRC: 'YES' }],
    'the query': (key) => [`/x.tif?api-key=${key}`, {}],
    'the path': (key) => [`/k/${key}/x.tif`, {}],
  };

function readsWithKeys(open: () => Gate): void {
  let key: string;
  beforeAll(async () => {
    const { folder } = open().place;
    ({ key } = await open().newKey());
    writeFileSync(join(folder, 'headers'), `X-Api-Key: ${key}\n`);
    writeFileSync(join(folder, '.netrc'), `machine 127.0.0.1 login any password ${key}\n`, { mode: 0o600 });
  });

  it.each(Object.keys(CARRIERS))('lets GDAL read with the key in %s, and passes no key on', async (name) => {
    const gate = open();
    const [path, settings] = CARRIERS[name]!(key, gate.place.folder);
    const asked = await gate.arriving(async () => {
      expect(await gate.gdalReads(path, settings)).toBe(true);
    });
    expect(asked.length).toBeGreaterThan(0);
    for (const { headers } of asked)
      expect(headers).toMatchObject({ 'x-apikm-user': ALICE, 'x-apikm-login': 'alice' });
    expect(JSON.stringify(asked)).not.toContain(key);
  });

  it.each([
    ['/a%20b%C3%A9.tif?x=1&y=%20', '/a%20b%C3%A9.tif?x=1&y=%20'],
    ['/k/KEY/caf%E9.tif', '/caf%E9.tif'],
    ['/k/KEY/a%20b%C3%A9.tif?y=2&x=1', '/a%20b%C3%A9.tif?y=2&x=1'],
    ['/a%20b.tif?x=1&api-key=KEY&y=2', '/a%20b.tif?x=1&y=2'],
    ['/a%20b.tif?api-key=KEY&y=%20', '/a%20b.tif?y=%20'],
    ['/a%20b.tif?y=a+b&x&API-KEY=KEY', '/a%20b.tif?y=a+b&x'],
    ['/a%20b.tif?api-key=KEY', '/a%20b.tif'],
  ])('asks the service for what the client asked: %s', async (path, wanted) => {
    const gate = open();
    const headers = { 'x-api-key': key, authorization: `Bearer ${key}` };
    const asked = await gate.arriving(() => gate.follow(path!.replace(/KEY$|KEY(?=[/&])/, key), headers));
    expect(asked.map(({ url }) => url)).toEqual([wanted]);
    expect(JSON.stringify(asked)).not.toContain(key);
  });

  it.each([
    '//k/KEY/x.tif',
    '/./k/KEY/x.tif',
    '/k%2FKEY/x.tif',
    '/%6b/KEY/x.tif',
    '/k/KEY/k/KEY/x.tif',
    '/x.tif?api%2Dkey=KEY',
    '/x.tif?API-KEY=KEY',
    '/x.tif?%61p%69-%4Bey=KEY',
    '/x.tif?api-key=KEY&y=1&api-key=KEY',
    '/k/KEY/x.tif?api-key=KEY',
  ])('passes no key on, however it is written: %s', async (path) => {
    const asked = await open().arriving(() => open().follow(path.replaceAll('KEY', key)));
    expect(JSON.stringify(asked)).not.toContain(key);
  });

  it('takes a method and a body through', async () => {
    const gate = open();
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE'])
      expect(
        await gate.arriving(() => gate.ask('/x.tif', { 'x-api-key': key }, undefined, method)),
      ).toHaveLength(1);
  });
}

/** Where the manager says what is left of the path. */
function staysBelow(open: () => Gate): void {
  let key: string;
  beforeAll(async () => {
    ({ key } = await open().newKey());
  });

  it.each(['..', '%2e%2E', '.%2e'])('lets nobody climb by what is cut off: %s', async (up) => {
    const gate = open();
    const asked = await gate.arriving(async () => {
      for (const path of [
        `${up}/${up}/x.tif`,
        `${up}/a.tif`,
        `a/${up}/${up}/x.tif`,
        `${up}%2f${up}%2fx.tif`,
        `${up}%5C${up}\\x.tif`,
      ])
        await gate.ask(`/k/${key}/${path}`);
    });
    const urls = asked.map(({ url }) => decodeURIComponent(url));
    expect(urls.filter((url) => url.includes('..'))).toEqual([]);
  });
}

function tellsWhy(open: () => Gate): void {
  it('asks a tool for a password, and a browser for none', async () => {
    const tool = await open().ask('/x.tif');
    expect([tool.status, tool.headers['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/^Basic realm=/),
    ]);
    for (const browser of [{ 'sec-fetch-mode': 'cors' }, { origin: 'https://elsewhere.example.org' }]) {
      const page = await open().ask('/x.tif', browser);
      expect([page.status, page.headers['www-authenticate']]).toEqual([401, 'Bearer realm="API keys"']);
    }
  });

  it('tells a client that tries many keys to wait, and lets a proven one go on', async () => {
    const gate = open();
    const { key: proven } = await gate.newKey();
    const { key: fresh } = await gate.newKey();
    const ask = (key: string) => gate.ask('/x.tif', { 'x-api-key': key }, '127.0.0.5');
    expect((await ask(proven)).status).toBe(200);
    for (let i = 0; i < 20; i += 1) expect((await ask(mintKey('akm').secret)).status).toBe(401);
    const blocked = await ask(fresh);
    expect(blocked.status).toBe(429);
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(proven)).status).toBe(200);
  });
}

function asksTheManager(open: () => Gate): void {
  it('keep their connection', async () => {
    const gate = open();
    const { key } = await gate.newKey();
    await gate.ask('/x.tif', { 'x-api-key': key });
    const accepted = await gate.connecting(async () => {
      for (let i = 0; i < 50; i += 1)
        expect((await gate.ask('/x.tif', { 'x-api-key': key })).status).toBe(200);
    });
    expect(accepted).toBeLessThan(5);
  });
}

function takesOptions(open: () => Gate): void {
  it('tells the service of nothing but what the operator chose', async () => {
    const gate = open();
    const { key } = await gate.newKey();
    const [asked] = await gate.arriving(() => gate.ask('/x.tif', { 'x-api-key': key }));
    const { headers, url } = asked!;
    expect([url, headers['x-apikm-login'], headers['x-apikm-roles']]).toEqual([
      '/x.tif',
      'alice',
      'reader,writer',
    ]);
    expect([headers['x-apikm-groups'] ?? '', headers['x-apikm-key-id'] ?? '']).toEqual(['', '']);
  });

  letsPreflightsPass(open);
}

function letsPreflightsPass(open: () => Gate): void {
  const asked = { origin: 'https://elsewhere.example.org', 'access-control-request-method': 'GET' };

  it('lets a preflight through, as nobody', async () => {
    const gate = open();
    const arrived = await gate.arriving(() => gate.ask('/x.tif', asked, '127.0.0.1', 'OPTIONS'));
    expect(arrived).toHaveLength(1);
    expect(arrived[0]!.headers['x-apikm-user'] ?? '').toBe('');
  });

  it('lets through nothing else by it, whatever a client says that it is', async () => {
    const gate = open();
    const names = ['x-original-method', 'x-forwarded-method', 'x-http-method-override', 'x-method-override'];
    const forged = Object.fromEntries(names.map((name) => [name, 'OPTIONS']));
    const arrived = await gate.arriving(async () => {
      expect((await gate.ask('/x.tif', { ...asked, ...forged })).status).toBe(401);
      expect((await gate.ask('/x.tif', {}, '127.0.0.1', 'OPTIONS')).status).toBe(401);
    });
    expect(arrived).toEqual([]);
  });
}
