import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import type { Answer } from '../support/app.js';
import { Browser } from '../support/browser.js';

const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };
const HOST = 'http://keys.example.org';

/** Browsers see `publicPath` in front of all; the server gets what the proxy leaves of it. */
describe.each([
  { name: 'without a root path', publicPath: '', rootPath: '', arrives: '' },
  {
    name: 'behind a proxy that keeps the root path',
    publicPath: '/apikm',
    rootPath: '/apikm',
    arrives: '/apikm',
  },
  { name: 'behind a proxy that cuts it off', publicPath: '/apikm', rootPath: '/apikm', arrives: '' },
  {
    name: 'behind a proxy that cuts off what the server was not told',
    publicPath: '/a/b',
    rootPath: '',
    arrives: '',
  },
])('every address that we make, $name,', ({ publicPath, rootPath, arrives }) => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await TestServer.start({
      APIKM_PUBLIC_URL: HOST + publicPath,
      APIKM_ROOT_PATH: rootPath,
      APIKM_USE_AUTHLIB_OAUTH: 'true',
    });
    browser = new Browser(server.url);
  });
  afterAll(() => server.stop());

  const go = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    browser.go(arrives + path, { method, headers });
  /** Where the browser, which sees the public address, is led. */
  const ledTo = (path: string, { headers }: Answer): URL =>
    new URL(headers.get('location')!, HOST + publicPath + path);

  async function logIn(returnTo: string): Promise<URL> {
    const start = `/auth/login?returnTo=${encodeURIComponent(returnTo)}`;
    const { searchParams } = ledTo(start, await go(start));
    expect(searchParams.get('redirect_uri')).toBe(`${HOST}${publicPath}/auth/callback`);
    const idToken = await server.keycloak.idToken(searchParams.get('nonce')!);
    server.keycloak.tokenAnswer = () => Promise.resolve({ access_token: 'at', id_token: idToken });
    const asked = new URLSearchParams({ code: 'c', iss: server.keycloak.issuer });
    asked.set('state', searchParams.get('state')!);
    const path = `/auth/callback?${asked.toString()}`;
    return ledTo(path, await go(path));
  }

  it.each([
    ['/docs', '/docs/'],
    ['/docs/', '/auth/login?returnTo=/docs/'],
    ['/docs/index.html', '/auth/login?returnTo=/docs/'],
    ['/logout', '/'],
  ])('%s leads to %s', async (from, to) => {
    expect(ledTo(from, await go(from)).href).toBe(HOST + publicPath + to);
  });

  it.each(['/docs/', '/v1/me?x=1'])(
    'the login leads to %s, said with and without the root path',
    async (to) => {
      expect((await logIn(to)).href).toBe(HOST + publicPath + to);
      expect((await logIn(publicPath + to)).href).toBe(HOST + publicPath + to);
    },
  );

  it('the logout leads through the provider back to the front page', async () => {
    await logIn('/');
    const own = { 'sec-fetch-site': 'same-origin' };
    const end = ledTo('/auth/logout', await go('/auth/logout', own, 'POST'));
    expect(end.searchParams.get('post_logout_redirect_uri')).toBe(`${HOST}${publicPath}/`);
    await logIn('/');
    const { searchParams } = ledTo('/logout', await go('/logout'));
    expect(searchParams.get('post_logout_redirect_uri')).toBe(`${HOST}${publicPath}/`);
    expect(ledTo('/auth/logout', await go('/auth/logout', own, 'POST')).href).toBe(`${HOST}${publicPath}/`);
  });

  it('the pages of failures link under the public URL', async () => {
    const { text } = await new Browser(server.url).go(`${arrives}/v1/keys`, { headers: PAGE });
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual([`${HOST}${publicPath}/auth/login?returnTo=%2Fv1%2Fkeys`, `${HOST}${publicPath}/`]);
    const { body } = await new Browser(server.url).go(`${arrives}/auth/me`);
    expect(JSON.stringify(body)).toContain(`go to: ${HOST}${publicPath}/docs`);
  });

  it('the cookie comes back with every request that arrives', async () => {
    const { headers } = await go('/auth/login');
    expect(headers.getSetCookie().every((cookie) => cookie.includes('Path=/;'))).toBe(true);
  });

  it('the document names its server, and the page its parts, relative to themselves', async () => {
    const { body } = await go('/openapi.json');
    const [{ url }] = (body as { servers: [{ url: string }] }).servers;
    expect(new URL(url, `${HOST}${publicPath}/openapi.json`).href).toBe(`${HOST}${publicPath}/`);
    await logIn('/');
    const { text } = await go('/docs/');
    expect([...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, at]) => at!.slice(0, 2))).toEqual(
      expect.arrayContaining(['./']),
    );
    expect(text).not.toMatch(/(?:src|href)="\//);
  });
});
