import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { gateBy, recipes } from './gateway.js';
import type { Gate, StartGateway } from './gateway.js';

const run = promisify(execFile);
const HOST = /https?:\/\/files\.example\.org/g;

/** What each line of a recipe is to print: the status beside it, or what gdalinfo says of the file. */
const promised = (line: string): string => {
  const [, status] = /# (\d{3})/.exec(line) ?? [];
  return status ? `HTTP/1.1 ${status} ` : 'Size is 64, 64';
};

export function runsAsDocumented(name: string, open: () => Gate): void {
  const lines = recipes(name, 'sh').flatMap((block) => block.split('\n'));
  it.each(lines.filter((line) => line.search(HOST) >= 0))('does what it says: %s', async (line) => {
    const gate = open();
    const env = { PATH: process.env.PATH, VSI_CACHE: 'NO', KEY: (await gate.newKey()).key };
    const here = line.replaceAll(HOST, gate.url).replaceAll('a.tif', 'x.tif');
    expect((await run('sh', ['-c', here], { env })).stdout).toContain(promised(line));
  });
}

/** The letters of a name as the recipe for Traefik has them, each plain or in percent signs. */
const inAnyWriting = (name: string): string =>
  [...name]
    .map((letter) => {
      const [high, low] = letter.charCodeAt(0).toString(16);
      return letter === '-' ? '(?:-|%2d)' : `(?:${letter}|%[${Number(high) - 2}${high}]${low})`;
    })
    .join('');

/** APIKM_KEY_HEADERS and APIKM_KEY_QUERIES: the names that the recipe has are written anew wherever it has them. */
export function takesOtherNames(start: StartGateway): void {
  const settings = { APIKM_KEY_HEADERS: 'x-token', APIKM_KEY_QUERIES: 'token' };
  const edit = (text: string): string =>
    text
      .replaceAll(/x-api-key/gi, 'x-token')
      .replaceAll(inAnyWriting('api-key'), inAnyWriting('token'))
      .replaceAll('QueryRegexp(`api-key`', 'QueryRegexp(`token`');
  const open = gateBy(start, { settings, edit });

  it.each(['/x.tif', '/x.tif?token=KEY', '/x.tif?y=1&Token=KEY', '/k/KEY/x.tif'])(
    'takes a key off by them: %s',
    async (path) => {
      const { key } = await open().newKey();
      const headers: Record<string, string> = path.includes('KEY') ? {} : { 'x-token': key };
      const asked = await open().arriving(() => open().follow(path.replace('KEY', key), headers));
      expect(asked.map(({ headers: { 'x-apikm-login': login } }) => login)).toEqual(['alice']);
      expect(JSON.stringify(asked)).not.toContain(key);
    },
  );
}
