import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { gateBy } from '../support/gateway.js';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { GATEWAYS, NGINX, nginxBy } from '../support/gateway-programs.js';
import { PYTHON } from '../support/python-parts.js';

const run = promisify(execFile);
describe('nginx in front of a file server, by the documented recipe', () => {
  keepsTheGate('nginx', { linesUpTo8KiB: true });
});

describe('nginx in front of a file server that rasterio reads from', () => {
  const gate = gateBy(GATEWAYS.nginx);
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
  const TRAP = NGINX.replace('    auth_request /_apikm;\n', '')
    .replace('    rewrite ^', '    auth_request /_apikm;\n    rewrite ^')
    .replace('$apikm_service$apikm_uri', 'files/x.tif');
  const gate = gateBy(nginxBy(TRAP));

  it('lets a request pass that has no good key, for the rewrite comes first', async () => {
    expect(TRAP.match(/^ *auth_request .*$\n *rewrite /gm)).toHaveLength(1);
    expect((await gate().ask('/k/BAD/x.tif')).status).toBe(200);
  });
});
