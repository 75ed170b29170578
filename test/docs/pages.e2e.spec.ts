import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';

describe.each([
  ['at the root', '', {}],
  ['under a root path', '/apikm', { APIKM_ROOT_PATH: '/apikm' }],
])('the documentation %s', (_, root, settings) => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_NAME: 'Keys <of> ours', ...settings });
    browser = new Browser(server.url);
  });
  afterAll(() => server.stop());

  it('is under /docs/ alone', async () => {
    for (const path of [`${root}/docs`, '/docs'])
      expect((await browser.go(path)).location).toBe(`${root}/docs/`);
  });

  it('is a page without a script of its own, with every part it names', async () => {
    const { text, headers } = await browser.go(`${root}/docs/`);
    expect(text).toContain('<title>Keys &#60;of&#62; ours - Swagger UI</title>');
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(text).not.toMatch(/<script>|<script [^>]*>[^<]/);
    for (const [, part] of text.matchAll(/(?:src|href)="\.\/([^"]+)"/g))
      expect([part, (await browser.go(`${root}/docs/${part}`)).status]).toEqual([part, 200]);
  });

  it('serves the document to everybody, with a server relative to it', async () => {
    const { body, headers } = await browser.go(`${root}/openapi.json`, {
      headers: { origin: 'https://elsewhere.example.org' },
    });
    expect(body).toMatchObject({ openapi: expect.stringMatching(/^3\./), servers: [{ url: '.' }] });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('leaves the technical routes out', async () => {
    const { body } = await browser.go('/openapi.json');
    expect(Object.keys((body as { paths: object }).paths).filter((path) => path.includes('health'))).toEqual(
      [],
    );
  });

  it('gives nothing but its own files', async () => {
    for (const path of [
      '/docs/package.json/..%2f..%2fpackage.json',
      '/docs/../package.json',
      '/docs/nothing',
    ])
      expect((await browser.go(path)).status).toBe(404);
  });
});

describe('the documentation', () => {
  it('asks for a login first where the settings say so, but for the document', async () => {
    const server = await TestServer.start({
      APIKM_USE_AUTHLIB_OAUTH: 'true',
      APIKM_OPENAPI_URL: '/docs/openapi.json',
    });
    const browser = new Browser(server.url);
    expect((await browser.go('/docs/')).location).toBe('/auth/login?returnTo=/docs/');
    expect((await browser.go('/docs/openapi.json')).body).toMatchObject({ servers: [{ url: '..' }] });
    expect((await browser.go('/v1/me')).status).toBe(401);
    const legacy = (await browser.go('/auth/api_key/list')).body as { detail: unknown };
    expect(legacy.detail).toEqual({
      msg: `You are not logged in. Refresh this page with F5 to log in or go to: ${server.publicOrigin}/docs`,
    });
  });

  it('shows what the settings say of it', async () => {
    const server = await TestServer.start({
      APIKM_SWAGGER_DESCRIPTION: 'Our keys',
      APIKM_CONTACT_NAME: 'Ops',
      APIKM_CONTACT_URL: 'https://example.org',
      APIKM_CONTACT_EMAIL: 'ops@example.org',
      APIKM_SHOW_TECHNICAL_ENDPOINTS: 'true',
    });
    const { body } = await new Browser(server.url).go('/openapi.json');
    const { info, paths } = body as { info: object; paths: object };
    expect(info).toMatchObject({
      description: 'Our keys',
      contact: { name: 'Ops', email: 'ops@example.org' },
    });
    expect(Object.keys(paths)).toContain('/health/live');
  });

  it('takes the login back at /docs where the client is registered so', async () => {
    const server = await TestServer.start({ APIKM_OIDC_REDIRECT_PATH: '/docs' });
    const browser = new Browser(server.url);
    const { location } = await browser.go('/auth/login?returnTo=/docs/');
    const { searchParams } = new URL(location);
    expect(searchParams.get('redirect_uri')).toBe(`${server.publicOrigin}/docs`);
    server.keycloak.tokenAnswer = async () => ({
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await server.keycloak.idToken(searchParams.get('nonce')!),
    });
    const iss = encodeURIComponent(server.keycloak.issuer);
    const back = await browser.go(`/docs?code=c&state=${searchParams.get('state')}&iss=${iss}`);
    expect(back.location).toBe(`${server.publicOrigin}/docs/`);
    expect((await browser.go('/v1/me')).status).toBe(200);
    // A refusal, also one that names no login, is told and not taken for the wish to read.
    expect((await browser.go('/docs?error=access_denied')).status).toBe(403);
  });

  it('gets tokens for whoever logs in where it has a client of its own', async () => {
    const server = await TestServer.start({ APIKM_DOCS_CLIENT_ID: 'key-docs' });
    const provider = server.keycloak.url;
    const page = await server.call('/docs/');
    expect(page.headers.get('content-security-policy')).toContain(`connect-src 'self' ${provider};`);
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups');
    const back = await server.call('/docs/oauth2-redirect.html?code=1');
    expect([back.status, back.headers.get('cross-origin-opener-policy')]).toEqual([200, 'unsafe-none']);
    const { text } = await server.call('/docs/init.js');
    expect(text).toContain('"clientId":"key-docs"');
    expect(text).toContain('"usePkceWithAuthorizationCodeGrant":true');
    const { body } = await server.call('/openapi.json');
    expect(body.components.securitySchemes.login.flows.authorizationCode.tokenUrl).toContain(provider);
    expect(body.paths['/v1/keys'].get.security).toContainEqual({ login: ['openid'] });
    expect(body.paths['/auth/check_key'].get.security).not.toContainEqual({ login: ['openid'] });
  });
});
