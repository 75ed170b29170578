import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { FileServer, Program, gdalReads, recipe } from '../support/gateway.js';

let server: TestServer;
let files: FileServer;
let folder: string;
let key: string;

beforeAll(async () => {
  [server, files] = await Promise.all([
    TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1', APIKM_RATE_LIMIT: '3/minute' }),
    FileServer.start(),
  ]);
  folder = mkdtempSync(join(tmpdir(), 'apikm-gateway-'));
  ({ key } = await server.createKey({ audiences: ['files'] }));
});
afterAll(async () => {
  await Promise.all([server.stop(), files.stop()]);
  rmSync(folder, { recursive: true });
});

/** The recipe's addresses, on this machine. */
function here(text: string, port: number): string {
  return text
    .replaceAll('apikeymanager:8000', new URL(server.url).host)
    .replaceAll('files:8080', `127.0.0.1:${files.port}`)
    .replace('bind :80', `bind 127.0.0.1:${port}`)
    .replaceAll('/etc/haproxy', folder);
}

async function haproxy(port: number): Promise<Program> {
  writeFileSync(join(folder, 'apikm.lua'), recipe('haproxy', 'lua'));
  writeFileSync(join(folder, 'haproxy.cfg'), here(recipe('haproxy', 'haproxy'), port));
  return Program.start('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], port);
}

describe('HAProxy in front of a file server, by the documented recipe', () => {
  let gateway: Program;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    gateway = await haproxy(port);
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => gateway.stop());

  it('lets GDAL read with a key by each carrier, and the file server sees none of it', async () => {
    const from = files.asked.length;
    const host = new URL(url).hostname;
    writeFileSync(join(folder, 'headers'), `X-Api-Key: ${key}\n`);
    writeFileSync(join(folder, '.netrc'), `machine ${host} login any password ${key}\n`, { mode: 0o600 });
    const plain = `${url}/x.tif`;
    expect(await gdalReads(plain, { GDAL_HTTP_HEADERS: `X-Api-Key: ${key}` })).toBe(true);
    expect(await gdalReads(plain, { GDAL_HTTP_HEADERS: `Authorization: Bearer ${key}` })).toBe(true);
    expect(await gdalReads(plain, { GDAL_HTTP_HEADER_FILE: join(folder, 'headers') })).toBe(true);
    expect(await gdalReads(plain, { GDAL_HTTP_USERPWD: `any:${key}`, GDAL_HTTP_AUTH: 'BASIC' })).toBe(true);
    expect(await gdalReads(plain, { HOME: folder, GDAL_HTTP_NETRC: 'YES' })).toBe(true);
    expect(await gdalReads(`${plain}?api-key=${key}`)).toBe(true);
    expect(await gdalReads(`${url}/k/${key}/x.tif`)).toBe(true);
    const asked = files.asked.slice(from);
    expect(asked.length).toBeGreaterThan(7);
    expect(JSON.stringify(asked)).not.toContain(key);
    expect(new Set(asked.map(({ headers }) => headers['x-apikm-login']))).toEqual(new Set(['alice']));
  });

  it('lets nobody read without a good key', async () => {
    const from = files.asked.length;
    const other = (await server.createKey({ audiences: ['maps'] })).key;
    expect(await gdalReads(`${url}/x.tif`)).toBe(false);
    expect(await gdalReads(`${url}/k/wrong/x.tif`)).toBe(false);
    expect(await gdalReads(`${url}/x.tif`, { GDAL_HTTP_HEADERS: `X-Api-Key: ${other}` })).toBe(false);
    expect(files.asked.length).toBe(from);
  });

  it('asks for a password, and passes on no identity that a client sends', async () => {
    // fetch calls itself a browser; a tool does not.
    const challenge = await new Promise((resolve) => {
      get(`${url}/x.tif`, { agent: false }, (answer) => {
        resolve([answer.statusCode, answer.resume().headers['www-authenticate']]);
      });
    });
    expect(challenge).toEqual([401, 'Basic realm="API keys", charset="UTF-8"']);
    const page = await fetch(`${url}/x.tif`);
    expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="API keys"']);
    const passed = await fetch(`${url}/x.tif`, { headers: { 'x-api-key': key, 'x-apikm-login': 'root' } });
    expect(passed.status).toBe(200);
    expect(files.asked.at(-1)!.headers['x-apikm-login']).toBe('alice');
  });

  it('is not misled about the original request', async () => {
    const forged = { 'x-original-uri': `/k/${key}/x.tif`, 'x-forwarded-uri': `/k/${key}/x.tif` };
    expect((await fetch(`${url}/x.tif`, { headers: forged })).status).toBe(401);
    const aside = { 'x-api-key': key, 'x-original-url': '/other.tif', 'x-forwarded-for': '198.51.100.9' };
    expect((await fetch(`${url}/x.tif`, { headers: aside })).status).toBe(200);
    expect(files.asked.at(-1)!.url).toBe('/x.tif');
  });

  it('goes on for a proven key while bad ones are turned away', async () => {
    for (let i = 0; i < 5; i += 1) await fetch(`${url}/x.tif`, { headers: { 'x-api-key': `wrong${i}` } });
    const refused = await fetch(`${url}/x.tif`, { headers: { 'x-api-key': 'wrong9' } });
    expect([403, 429]).toContain(refused.status);
    expect((await fetch(`${url}/x.tif`, { headers: { 'x-api-key': key } })).status).toBe(200);
    server.clock.advance(61);
  });
});
