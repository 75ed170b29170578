import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { mintKey } from '../../src/api-keys/key-material.js';
import type { Gate } from './gateway.js';
import { ALICE } from './keycloak-stand-in.js';

const NO_KEY = 'akm_bad';
/** Ways of writing a path that one program may read otherwise than another. */
const TRICKS = [
  `/k/${NO_KEY}/x.tif`,
  `/k%2F${NO_KEY}/x.tif`,
  `/%6b/${NO_KEY}/x.tif`,
  `//k/${NO_KEY}/x.tif`,
  `/./k/${NO_KEY}/x.tif`,
  `/k/${NO_KEY}/../x.tif`,
  `/k/${NO_KEY}/../../x.tif`,
  `/k/${NO_KEY}/%2e%2e/x.tif`,
  `/k/${NO_KEY}/..%2fx.tif`,
  `/k/../x.tif`,
  '/x.tif?audience=files&preflight=pass&status=nginx',
  '/x.tif?api-key=',
  '/_protected',
  '/_apikm',
  '/v1/forward-auth',
  // With the host in front, as to a forward proxy.
  'http://HOST/x.tif',
  `http://HOST/k/${NO_KEY}/x.tif`,
];

export function staysShut(open: () => Gate): void {
  // Malformed keys count each time, so each method has a client of its own.
  it.each([
    ['GET', '127.0.1.1'],
    ['HEAD', '127.0.1.2'],
    ['POST', '127.0.1.3'],
    ['OPTIONS', '127.0.1.4'],
  ])('lets no %s pass, however the path is written', async (method, client) => {
    const gate = open();
    const asked = await gate.arriving(async () => {
      for (const path of TRICKS) {
        const { status } = await gate.ask(path.replace('HOST', gate.place.listen), {}, client, method);
        expect([path, status >= 400 && status < 500]).toEqual([path, true]);
      }
    });
    expect(asked).toEqual([]);
  });

  it('lets GDAL read nothing without a key, with one for another audience or an unknown one', async () => {
    const gate = open();
    const { key: maps } = await gate.manager.createKey({ audiences: ['maps'] });
    const { secret: unknown } = mintKey('akm');
    const asked = await gate.arriving(async () => {
      expect(await gate.gdalReads('/x.tif')).toBe(false);
      for (const bad of [maps, unknown]) {
        expect(await gate.gdalReads('/x.tif', { GDAL_HTTP_HEADERS: `X-Api-Key: ${bad}` })).toBe(false);
        expect(await gate.gdalReads(`/k/${bad}/x.tif`)).toBe(false);
      }
      expect((await gate.ask('/x.tif', { 'x-api-key': maps })).status).toBe(403);
    });
    expect(asked).toEqual([]);
  });

  it('stops a revoked key within a second', async () => {
    const gate = open();
    const { key, id } = await gate.newKey();
    const status = async () => (await gate.ask('/x.tif', { 'x-api-key': key })).status;
    expect(await status()).toBe(200);
    await gate.manager.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    const startedAt = performance.now();
    while ((await status()) !== 401) {
      expect(performance.now() - startedAt).toBeLessThan(1000);
      await pause(20);
    }
    expect(await gate.arriving(() => gate.gdalReads(`/k/${key}/x.tif`))).toEqual([]);
  });
}

const IDENTITY =
  'user login key-id roles groups scopes audience expires code request-id jwt left-out upstream-uri options'
    .split(' ')
    .map((name) => `x-apikm-${name}`);

export function isNotMisled(open: () => Gate): void {
  let key: string;
  beforeAll(async () => {
    ({ key } = await open().newKey());
  });

  it('takes the key from no header about another request', async () => {
    const gate = open();
    const asked = await gate.arriving(async () => {
      for (const name of ['x-original-uri', 'x-original-url', 'x-forwarded-uri', 'x-rewrite-url'])
        for (const uri of [`/k/${key}/x.tif`, `/x.tif?api-key=${key}`])
          expect([name, (await gate.ask('/x.tif', { [name]: uri })).status]).toEqual([name, 401]);
    });
    expect(asked).toEqual([]);
  });

  it('passes no identity on that a client made up', async () => {
    const gate = open();
    const forged = Object.fromEntries(IDENTITY.map((name) => [name, ['forged', 'forged']]));
    const headers = { ...forged, x_apikm_user: 'forged', 'x-apikm_user': 'forged', 'x-api-key': key };
    const [asked] = await gate.arriving(() => gate.ask('/x.tif', headers));
    expect(asked!.headers).toMatchObject({ 'x-apikm-user': ALICE, 'x-apikm-roles': 'reader,writer' });
    expect(JSON.stringify(asked)).not.toContain('forged');
  });

  it('lets no client have its identity taken off on the way', async () => {
    const gate = open();
    const headers = { 'x-api-key': key, connection: `close, ${IDENTITY.join(', ')}, x-forwarded-uri` };
    // Refusing it altogether, as Envoy does, is as good.
    for (const asked of await gate.arriving(() => gate.ask('/x.tif', headers)))
      expect(asked.headers).toMatchObject({ 'x-apikm-user': ALICE, 'x-apikm-roles': 'reader,writer' });
  });

  it('asks the service for nothing but what the request was for', async () => {
    const gate = open();
    const names = ['x-original-uri', 'x-original-url', 'x-forwarded-uri', 'x-apikm-upstream-uri'];
    const forged = Object.fromEntries(names.map((name) => [name, '/other.tif']));
    const asked = await gate.arriving(() => gate.ask('/x.tif', { ...forged, 'x-api-key': key }));
    expect(asked.map(({ url }) => url)).toEqual(['/x.tif']);
  });

  it('takes no requirement from a client', async () => {
    const gate = open();
    const { key: maps } = await gate.manager.createKey({ audiences: ['maps'] });
    const options = { 'x-api-key': maps, 'x-apikm-options': 'audience=maps' };
    expect((await gate.ask('/x.tif?audience=maps', options)).status).toBe(403);
    const preflight = {
      'x-apikm-options': 'preflight=pass',
      'x-original-method': 'OPTIONS',
      'x-forwarded-method': 'OPTIONS',
      'access-control-request-method': 'GET',
      origin: 'https://elsewhere.example.org',
    };
    expect((await gate.ask('/x.tif?preflight=pass', preflight)).status).toBe(401);
  });

  it('tells the manager the address that the request came from, and no other', async () => {
    const gate = open();
    const { key: bound } = await gate.manager.createKey({ allowedIps: ['127.0.0.3/32'] });
    const from = async (address: string, claimed: string) =>
      (await gate.ask('/x.tif', { 'x-api-key': bound, 'x-forwarded-for': claimed }, address)).status;
    expect(await from('127.0.0.3', '198.51.100.9')).toBe(200);
    expect(await from('127.0.0.4', '127.0.0.3')).toBe(403);
  });
}
