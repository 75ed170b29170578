import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTS } from '../../web/pages/key/acts.js';
import { TestServer } from '../support/app.js';
import { rawRequest } from '../support/raw-http.js';

/** Every address that the browser has a page for. */
const PATTERNS = [...readFileSync('web/app/pages.tsx', 'utf8').matchAll(/^ {2}\['([^']+)'/gm)].map(
  ([, path]) => path!,
);
const PAGES = [...PATTERNS, ...ACTS.map((act) => `/keys/:id/${act}`)].map((path) =>
  path.replace(':id', 'key_x'),
);

beforeAll(() => {
  const build = spawnSync('npm', ['run', 'build', '--silent'], { encoding: 'utf8' });
  expect(build.stderr + build.stdout).toBe('');
});

const assetsIn = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)].map(([, path]) => path!);

describe.each([
  ['at the root', '/', [''], {}],
  ['under a root path', '/apikm/', ['', '/apikm'], { APIKM_ROOT_PATH: '/apikm' }],
  [
    'behind a proxy that cuts its path off',
    '/keys-of-ours/',
    [''],
    { APIKM_PUBLIC_URL: 'https://example.org/keys-of-ours' },
  ],
])('the pages %s', (_, base, roots, settings) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_NAME: 'Keys <of> "ours"', ...settings });
    return () => server.stop();
  });

  it('are one frame at each of their addresses, named by the settings and never kept', async () => {
    expect(PAGES.length).toBeGreaterThan(15);
    for (const path of roots.flatMap((root) => PAGES.map((page) => root + page))) {
      const { status, text, headers } = await server.call(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain(`<base href="${base}">`);
      expect(text).toContain('<title>Keys &#60;of&#62; &#34;ours&#34;</title>');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('have no script or style but files of our own, and stand in no frame', async () => {
    const { text, headers } = await server.call('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'self'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(text).not.toMatch(/<script>|<script [^>]*>[^<]|<style|\sstyle=|\son\w+=/);
    expect(assetsIn(text).length).toBeGreaterThan(1);
  });

  it('bring parts that may be kept for ever, as small as the browser can read them', async () => {
    const [asset] = assetsIn((await server.call('/')).text);
    for (const root of roots)
      for (const encoding of ['br', 'gzip', 'identity']) {
        const answer = await server.call(`${root}/${asset}`, { headers: { 'accept-encoding': encoding } });
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding);
        expect(answer.headers.get('vary')).toContain('Accept-Encoding');
        expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        expect(answer.headers.get('content-type')).toMatch(/^text\/(?:javascript|css)/);
      }
  });
});

describe('the pages', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    return () => server.stop();
  });

  it.each([
    ...['/nothing', '/keys', '/new/more', '/assets/nothing.js', '/assets/..%2findex.html', '/brand/else'],
    ...['/keys/key_x/nonsense', '/keys/key_x/once/more', '/admin/none', '/admin/audit/1'],
  ])('are not at %s, which programs are told as they always were and people in words', async (path) => {
    const { status, body } = await server.call(path);
    expect([status, body]).toEqual([404, { detail: 'Not Found' }]);
    const page = await server.call(path, { headers: { accept: 'text/html', 'accept-language': 'fr' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toContain('<h1>Cette page n’existe pas</h1>');
  });

  it('are not at an address that cannot be read', async () => {
    const path = '/keys/%E0%A4%A';
    expect((await server.call(path)).status).toBe(400);
    const page = await server.call(path, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
    expect(page.text).toContain('<h1>There is no such page</h1>');
  });

  it('come in the colours that were chosen before, and in no others', async () => {
    const htmlTag = async (cookie: string): Promise<string | undefined> =>
      /<html[^>]*>/.exec((await server.call('/', { headers: { cookie } })).text)?.[0];
    expect(await htmlTag('a=b; apikm-theme=dark')).toBe('<html lang="en" data-theme="dark">');
    expect(await htmlTag('apikm-theme="><script>')).toBe('<html lang="en">');
  });

  it('show the logo and the accent of the settings', async () => {
    const logo = join(mkdtempSync(join(tmpdir(), 'apikm-logo-')), 'logo.svg');
    writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const branded = await TestServer.start({ APIKM_LOGO: logo, APIKM_ACCENT: '#00aa77' });
    const { text } = await branded.call('/');
    const [icon] = /brand\/logo\?v=\w+/.exec(text)!;
    const shown = await branded.call(`/${icon}`);
    expect(shown.text).toBe('<svg xmlns="http://www.w3.org/2000/svg"/>');
    expect(shown.headers.get('content-type')).toContain('image/svg+xml');
    // Opened by itself it may hold a script, which must not run as ours.
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await branded.call('/brand/accent.css')).text).toMatch(
      /^:root\{--brand:#00\w{4};--brand-on-dark:#\w{6}\}/,
    );
  });

  it('change nothing', async () => {
    for (const path of PAGES)
      expect((await rawRequest(server.url, { method: 'POST', path })).status).toBe(405);
  });

  it('stop the start when the logo is not there', async () => {
    await expect(TestServer.start({ APIKM_LOGO: './no-such.svg' })).rejects.toThrow('APIKM_LOGO');
  });
});
