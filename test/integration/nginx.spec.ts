import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { gateBy, recipes } from '../support/gateway.js';
import type { Place } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { Program } from '../support/program.js';
import { PYTHON } from '../support/python-parts.js';

const run = promisify(execFile);
const [DOCUMENTED = ''] = recipes('nginx', 'nginx');

/** The server block alone is the recipe's; the rest is what Debian's nginx.conf has around it. */
const nginx = (documented: string) => (place: Place) => {
  const { folder } = place;
  mkdirSync(join(folder, 'temp'));
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/temp/${name};`,
  );
  const around = `daemon off; worker_processes 1; pid ${folder}/pid; events {}`;
  const config = place.write(
    'nginx.conf',
    `${around} http { access_log off; ${temps.join(' ')} ${documented} }`,
    {
      '127.0.0.1:9999': place.manager,
      '127.0.0.1:8081': place.files,
      '127.0.0.1:8080': place.listen,
    },
  );
  return Program.start('nginx', ['-c', config, '-e', join(folder, 'error.log')], place.url);
};

describe('nginx in front of a file server, by the documented recipe', () => {
  keepsTheGate(nginx(DOCUMENTED));
});

describe('nginx in front of a file server that rasterio reads from', () => {
  const gate = gateBy(nginx(DOCUMENTED));
  const READ =
    'import sys, rasterio; file = rasterio.open(sys.argv[1]); print(file.shape, file.read(1)[0, 0])';
  const rasterioReads = (settings: Record<string, string>) =>
    run(PYTHON, ['-c', READ, gate().place.url], { env: { PATH: process.env.PATH, ...settings } });

  it.each<[string, (key: string) => Record<string, string>]>([
    ['in a header of its own', (key) => ({ GDAL_HTTP_HEADERS: `X-Api-Key: ${key}` })],
    ['as Bearer, in a header', (key) => ({ GDAL_HTTP_HEADERS: `Authorization: Bearer ${key}` })],
    ['as Bearer, by its name', (key) => ({ GDAL_HTTP_AUTH: 'BEARER', GDAL_HTTP_BEARER: key })],
  ])('lets rasterio read with the key %s', async (_, settings) => {
    const { key } = await gate().newKey();
    const asked = await gate().arriving(async () => {
      expect((await rasterioReads(settings(key))).stdout).toBe('(64, 64) 7\n');
    });
    expect(JSON.stringify(asked)).not.toContain(key);
    await expect(rasterioReads(settings(`${key}x`))).rejects.toThrow('HTTP response code: 401');
  });
});

describe('nginx with auth_request in the location that rewrites, where the recipe has it not', () => {
  // Nobody is asked, so nobody says what is left of the path.
  const TRAP = DOCUMENTED.replace('    auth_request /_apikm;\n', '')
    .replace('    rewrite ^', '    auth_request /_apikm;\n    rewrite ^')
    .replace('files$apikm_uri', 'files/x.tif');
  const gate = gateBy(nginx(TRAP));

  it('lets a request pass that has no good key, for the rewrite comes first', async () => {
    expect(TRAP.match(/^ *auth_request .*$\n *rewrite /gm)).toHaveLength(1);
    expect((await gate().ask('/k/BAD/x.tif')).status).toBe(200);
  });
});
