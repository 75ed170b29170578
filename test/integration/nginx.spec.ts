import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const run = promisify(execFile);

/** The recipe as it stands in the documentation, with a real nginx, a real GDAL and a server of files behind it. */
describe('behind nginx, by the documented recipe', () => {
  let server: TestServer;
  let nginx: ChildProcess;
  let upstream: Server;
  let folder: string;
  let url: string;
  let key: string;
  let id: string;
  const arrived: { url: string; headers: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1/32' });
    ({ key, id } = await server.createKey());
    folder = mkdtempSync(join(tmpdir(), 'apikm-nginx-'));
    const tif = join(folder, 'a.tif');
    await run('gdal_create', [
      '-q',
      '-outsize',
      '64',
      '64',
      '-burn',
      '7',
      '-a_srs',
      'EPSG:4326',
      '-a_ullr',
      '0',
      '1',
      '1',
      '0',
      tif,
    ]);
    const [own, files] = [await freePort(), await freePort()];
    upstream = serveFiles(readFileSync(tif)).listen(files, '127.0.0.1');
    url = `http://127.0.0.1:${own}`;
    const [, recipe] = /```nginx\n(.*?)```/s.exec(readFileSync('docs/gateways/nginx.md', 'utf8'))!;
    const placed = recipe!
      .replace('127.0.0.1:9999', new URL(server.url).host)
      .replace('127.0.0.1:8081', `127.0.0.1:${files}`)
      .replace('127.0.0.1:8080', `127.0.0.1:${own}`);
    nginx = await startNginx(placed);
  });
  afterAll(async () => {
    nginx.kill('SIGQUIT');
    await once(nginx, 'exit');
    upstream.close();
    upstream.closeAllConnections();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function serveFiles(file: Buffer): Server {
    return createServer((req, res) => {
      arrived.push({ url: req.url!, headers: req.headers });
      if (req.url!.split('?')[0] !== '/a.tif') return void res.writeHead(404).end();
      const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '') ?? [];
      if (from === undefined)
        return void res
          .writeHead(200, { 'content-length': file.length, 'accept-ranges': 'bytes' })
          .end(req.method === 'HEAD' ? '' : file);
      const end = Math.min(to ? Number(to) : file.length - 1, file.length - 1);
      res.writeHead(206, {
        'content-range': `bytes ${from}-${end}/${file.length}`,
        'content-length': end + 1 - Number(from),
      });
      res.end(file.subarray(Number(from), end + 1));
    });
  }

  async function startNginx(recipe: string): Promise<ChildProcess> {
    mkdirSync(join(folder, 'temp'));
    const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/temp/${name};`,
    );
    const config = `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; ${temps.join(' ')} ${recipe} }`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    });
    for (let tries = 0; tries < 100; tries += 1) {
      if (await fetch(url).catch(() => undefined)) return child;
      await pause(100);
    }
    throw new Error('nginx did not start');
  }

  const info = async (path: string, env: Record<string, string> = {}): Promise<string> => {
    const options = { env: { PATH: process.env.PATH!, CPL_VSIL_CURL_CACHE_SIZE: '0', ...env } };
    return (await run('gdalinfo', [`/vsicurl/${url}${path}`], options)).stdout;
  };

  it.each([
    ['a header', () => info('/a.tif', { GDAL_HTTP_HEADERS: `x-api-key: ${key}` })],
    ['Bearer', () => info('/a.tif', { GDAL_HTTP_HEADERS: `Authorization: Bearer ${key}` })],
    ['Basic', () => info('/a.tif', { GDAL_HTTP_AUTH: 'BASIC', GDAL_HTTP_USERPWD: `any:${key}` })],
    ['the query', () => info(`/a.tif?api-key=${key}`)],
    ['the path', () => info(`/k/${key}/a.tif`)],
  ])('GDAL reads a GeoTIFF with the key in %s', async (_, read) => {
    expect(await read()).toContain('Size is 64, 64');
  });

  it('GDAL reads nothing without a key, or with a wrong one', async () => {
    await expect(info('/a.tif')).rejects.toThrow();
    await expect(info(`/k/${key}x/a.tif`)).rejects.toThrow();
    await expect(info(`/k/akm_bad/a.tif`)).rejects.toThrow();
  });

  it('tells the service who it is, and never the key', async () => {
    arrived.length = 0;
    await fetch(`${url}/k/${key}/a.tif?x=1&api-key=${key}`, { headers: { 'x-api-key': key } });
    expect(arrived[0]).toMatchObject({
      url: '/a.tif?x=1',
      headers: { 'x-apikm-user': ALICE, 'x-apikm-login': 'alice' },
    });
    expect(JSON.stringify(arrived)).not.toContain(key);
  });

  it('lets no client forge who it is, or what it asks for', async () => {
    arrived.length = 0;
    const forged = {
      'x-apikm-user': 'boss',
      'x-apikm-roles': 'boss',
      'x-original-uri': `/a.tif?api-key=${key}`,
      'x-forwarded-uri': `/a.tif?api-key=${key}`,
      'x-original-url': `/a.tif?api-key=${key}`,
    };
    expect((await fetch(`${url}/a.tif`, { headers: forged })).status).toBe(401);
    expect(arrived).toEqual([]);
    await fetch(`${url}/a.tif`, { headers: { ...forged, 'x-api-key': key } });
    expect(arrived[0]!.headers).toMatchObject({ 'x-apikm-user': ALICE, 'x-apikm-roles': 'reader,writer' });
  });

  it('challenges for a password, as QGIS needs it', async () => {
    const answer = await run('curl', ['-s', '-o', '/dev/null', '-D', '-', `${url}/a.tif`]);
    expect(answer.stdout).toMatch(/^HTTP\/1.1 401/);
    expect(answer.stdout).toMatch(/WWW-Authenticate: Basic/i);
  });

  it('stops a revoked key within a second', async () => {
    await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    const startedAt = performance.now();
    while ((await fetch(`${url}/a.tif`, { headers: { 'x-api-key': key } })).status !== 401) {
      expect(performance.now() - startedAt).toBeLessThan(1000);
      await pause(20);
    }
  });
});
