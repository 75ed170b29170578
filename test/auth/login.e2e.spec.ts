import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sessions } from '../../src/auth/sessions.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('login in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    browser = new Browser(server.url);
    Object.assign(server.keycloak.people.get(ALICE)!, { enabled: true });
    // The provider's tokens are stamped by the real clock.
    server.clock.advance((Date.now() - server.clock.now().getTime()) / 1000);
  });

  /** Goes to the provider; gives what the provider would have to answer. */
  async function atProvider(returnTo = '/after'): Promise<{ state: string; nonce: string; url: URL }> {
    const { location } = await browser.go(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
    const url = new URL(location);
    return { url, state: url.searchParams.get('state')!, nonce: url.searchParams.get('nonce')! };
  }

  function answerWith(idToken: string | Promise<string>): void {
    server.keycloak.tokenAnswer = async () => ({
      access_token: 'at',
      token_type: 'Bearer',
      expires_in: 60,
      id_token: await idToken,
    });
  }

  const back = (state: string, more = `&iss=${encodeURIComponent(server.keycloak.issuer)}`) =>
    browser.go(`/auth/callback?code=c&state=${state}${more}`);

  async function logIn(): Promise<void> {
    const { state, nonce } = await atProvider();
    answerWith(server.keycloak.idToken(nonce));
    expect((await back(state)).status).toBe(303);
  }

  it('sends code, state, nonce and an S256 challenge to the provider', async () => {
    const { url } = await atProvider();
    expect(url.href).toMatch(/\/realms\/apikeys\/protocol\/openid-connect\/auth\?/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'apikey-manager',
      code_challenge_method: 'S256',
      scope: 'openid',
    });
    expect(url.searchParams.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+\/auth\/callback$/);
  });

  it('opens a session, under a new id, and leads back to our own path', async () => {
    const { state, nonce } = await atProvider();
    const before = browser.cookies;
    answerWith(server.keycloak.idToken(nonce));
    const answer = await back(state);
    expect([answer.status, new URL(answer.location).pathname]).toEqual([303, '/after']);
    expect(browser.cookies).not.toBe(before);
    expect((await browser.go('/v1/me')).body).toMatchObject({ id: ALICE, login: 'alice', isAdmin: false });
    expect((await browser.go('/auth/me')).body).toMatchObject({ user_id: ALICE, user_login: 'alice' });
  });

  it('is neither begun nor ended by HEAD', async () => {
    const { state, nonce } = await atProvider();
    answerWith(server.keycloak.idToken(nonce));
    const path = `/auth/callback?code=c&state=${state}&iss=${encodeURIComponent(server.keycloak.issuer)}`;
    expect((await browser.go(path, { method: 'HEAD' })).status).toBe(405);
    expect((await back(state)).status).toBe(303);
    expect((await browser.go('/logout', { method: 'HEAD' })).status).toBe(405);
    expect((await browser.go('/v1/me')).status).toBe(200);
  });

  it('keeps the cookie from scripts and other sites', async () => {
    const { headers } = await browser.go('/auth/login');
    expect(headers.get('set-cookie')).toMatch(
      /^apikm-login-[\w-]+=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/,
    );
    const { state, nonce } = await atProvider();
    answerWith(server.keycloak.idToken(nonce));
    expect((await back(state)).headers.getSetCookie().at(-1)).toMatch(
      /^apikm=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/,
    );
  });

  it('lets two tabs log in, in any order', async () => {
    const [first, second] = [await atProvider('/1'), await atProvider('/2')];
    answerWith(server.keycloak.idToken(second.nonce));
    expect((await back(second.state)).location).toMatch(/\/2$/);
    answerWith(server.keycloak.idToken(first.nonce));
    expect((await back(first.state)).location).toMatch(/\/1$/);
  });

  it.each([
    ['//evil.org'],
    ['/\\evil.org'],
    ['https://evil.org'],
    ['/%5Cevil'],
    ['javascript:alert(1)'],
    ['/\tevil'],
    ['/\n/evil.org'],
    ['evil'],
    [''],
    ['/\u00e9'],
  ])('leads to our front page instead of %j', async (wish) => {
    const { state, nonce } = await atProvider(wish);
    answerWith(server.keycloak.idToken(nonce));
    expect(new URL((await back(state)).location).pathname).toBe('/');
  });

  it('refuses a foreign state, and one used before', async () => {
    const { state, nonce } = await atProvider();
    answerWith(server.keycloak.idToken(nonce));
    expect((await back('foreign')).status).toBe(403);
    expect((await back(state)).status).toBe(303);
    expect((await back(state)).status).toBe(403);
    expect((await new Browser(server.url).go(`/auth/callback?code=c&state=${state}`)).status).toBe(403);
  });

  it('refuses an answer without iss, or of another issuer, or with a parameter twice', async () => {
    for (const more of ['', '&iss=https%3A%2F%2Fevil.org', `&iss=${server.keycloak.issuer}&code=d`]) {
      const { state, nonce } = await atProvider();
      answerWith(server.keycloak.idToken(nonce));
      expect((await back(state, more)).status).toBe(403);
    }
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it('refuses an error of the provider without a login of ours, and with one', async () => {
    expect((await browser.go('/auth/callback?error=access_denied&state=x')).status).toBe(403);
    expect((await browser.go('/auth/callback?error=access_denied')).status).toBeLessThan(500);
    const { state } = await atProvider();
    const iss = encodeURIComponent(server.keycloak.issuer);
    const answer = await browser.go(`/auth/callback?error=server_error&state=${state}&iss=${iss}`);
    expect(answer.status).toBe(403);
  });

  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'other' }],
    ['several audiences and a foreign azp', { aud: ['apikey-manager', 'other'], azp: 'other' }],
    ['another issuer', { iss: 'https://evil.org' }],
    ['another nonce', { nonce: 'other' }],
    ['no nonce', { nonce: undefined }],
    ['an end in the past', { exp: 1000 }],
    ['no end', { exp: undefined }],
    ['no subject', { sub: undefined }],
    ['a birth in the far future', { iat: 99_999_999_999, nbf: 99_999_999_999 }],
  ])('refuses an ID token with %s', async (_, claims) => {
    const { state, nonce } = await atProvider();
    answerWith(server.keycloak.idToken(nonce, claims));
    expect((await back(state)).status).toBe(403);
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it('refuses an ID token that is unsigned, altered, or signed with the public key as a secret', async () => {
    const none = (nonce: string): string => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const { issuer: iss } = server.keycloak;
      const payload = { iss, sub: ALICE, aud: 'apikey-manager', exp: now() + 60, iat: now(), nonce };
      return `${part({ alg: 'none' })}.${part(payload)}.`;
    };
    const altered = async (nonce: string): Promise<string> => {
      const [head, , signature] = (await server.keycloak.idToken(nonce)).split('.');
      const [, other] = (await server.keycloak.idToken(nonce, { sub: 'somebody-else' })).split('.');
      return [head, other, signature].join('.');
    };
    const secret = new TextEncoder().encode(await server.keycloak.publicKeyPem());
    const hs256 = (nonce: string) => server.keycloak.idToken(nonce, {}, { alg: 'HS256' }, secret);
    for (const forge of [none, altered, hs256]) {
      const { state, nonce } = await atProvider();
      answerWith(await forge(nonce));
      expect((await back(state)).status).toBe(403);
      expect((await browser.go('/v1/me')).status).toBe(401);
    }
  });

  it('answers 4xx or 503 to a token endpoint that talks nonsense', async () => {
    for (const answer of [{}, { id_token: 'x' }, 'text', null, { error: 'invalid_grant' }]) {
      const { state } = await atProvider();
      server.keycloak.tokenAnswer = () => Promise.resolve(answer);
      expect([403, 503]).toContain((await back(state)).status);
    }
  });

  it('lets nobody in who is disabled, and ends the session of who is', async () => {
    const { state, nonce } = await atProvider();
    server.keycloak.people.get(ALICE)!.enabled = false;
    answerWith(server.keycloak.idToken(nonce));
    expect((await back(state)).status).toBe(401);
    server.keycloak.people.get(ALICE)!.enabled = true;
    await logIn();
    await server.reconcileAs(ALICE, { enabled: false });
    expect((await browser.go('/v1/me')).status).toBe(401);
    await server.reconcileAs(ALICE, { enabled: true });
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it('ends the session on the server at logout, and leads to the end of the provider’s', async () => {
    await logIn();
    const cookies = browser.cookies;
    const answer = await browser.own('/auth/logout', { method: 'POST' });
    expect(answer.status).toBe(303);
    const end = new URL(answer.headers.get('location')!);
    expect(end.pathname).toBe('/realms/apikeys/protocol/openid-connect/logout');
    expect(end.searchParams.get('id_token_hint')).toBeTruthy();
    browser.cookies = cookies;
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it('tells a page of our own where the end of the provider’s session is', async () => {
    await logIn();
    const answer = await browser.own('/auth/logout', {
      method: 'POST',
      headers: { accept: 'application/json' },
    });
    expect([answer.status, answer.headers.get('vary')]).toEqual([200, expect.stringContaining('Accept')]);
    expect(answer.body.location).toContain('/openid-connect/logout?');
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it('logs out by GET /logout as the predecessor did, also without a login', async () => {
    expect((await new Browser(server.url).go('/logout')).status).toBe(303);
    await logIn();
    const cookies = browser.cookies;
    expect((await browser.go('/logout')).location).toContain('/openid-connect/logout');
    browser.cookies = cookies;
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it.each([
    ['its session', { sid: 'sid-1' }],
    ['the person', { sub: ALICE }],
  ])('ends the session when the provider logs out %s', async (_, claims) => {
    await logIn();
    const token = await server.keycloak.logoutToken(claims);
    const body = new URLSearchParams({ logout_token: token });
    expect((await server.call('/auth/backchannel-logout', { method: 'POST', body })).status).toBe(200);
    expect((await browser.go('/v1/me')).status).toBe(401);
  });

  it.each([
    ['a nonce', { sid: 'sid-1', nonce: 'n' }],
    ['no event', { sid: 'sid-1', events: {} }],
    ['another audience', { sid: 'sid-1', aud: 'other' }],
    ['neither session nor person', {}],
    ['an old date', { sid: 'sid-1', iat: 1000 }],
  ])('refuses a logout token with %s', async (_, claims) => {
    await logIn();
    const body = new URLSearchParams({ logout_token: await server.keycloak.logoutToken(claims) });
    expect((await server.call('/auth/backchannel-logout', { method: 'POST', body })).status).toBe(400);
    expect((await server.call('/auth/backchannel-logout', { method: 'POST' })).status).toBe(400);
    expect((await browser.go('/v1/me')).status).toBe(200);
  });

  describe('a change with a cookie', () => {
    const json = { method: 'POST', body: '{"name":"k"}' };
    const create = (headers: Record<string, string>) =>
      browser.go('/v1/keys', { ...json, headers: { 'content-type': 'application/json', ...headers } });

    it.each<[number, Record<string, string>]>([
      [201, { 'sec-fetch-site': 'same-origin' }],
      [403, { 'sec-fetch-site': 'same-site' }],
      [403, { 'sec-fetch-site': 'cross-site' }],
      [403, { 'sec-fetch-site': 'none' }],
      [403, { origin: 'https://evil.org' }],
      [403, { origin: 'null' }],
      [403, { referer: 'https://evil.org/' }],
      [403, {}],
    ])('is answered %i from %j', async (status, headers) => {
      await logIn();
      expect((await create(headers)).status).toBe(status);
      const legacy = await browser.go('/auth/api_key/new?name=x', { headers });
      expect(legacy.status).toBe(status === 201 ? 200 : 403);
      if (status === 403) expect((legacy.body as { detail: string }).detail).toMatch(/Bearer/);
    });

    it('counts from our own Origin or Referer where the browser sends no Sec-Fetch-Site', async () => {
      await logIn();
      const own = server.publicOrigin;
      expect((await create({ origin: own })).status).toBe(201);
      expect((await create({ referer: `${own}/docs/` })).status).toBe(201);
    });

    it('is refused as text/plain, which a foreign form could send', async () => {
      await logIn();
      const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' };
      expect((await browser.go('/v1/keys', { ...json, headers })).status).toBe(415);
    });

    it('leaves reading free', async () => {
      await logIn();
      expect((await browser.go('/v1/keys', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(
        200,
      );
      expect((await browser.go('/auth/api_key/list')).status).toBe(200);
    });
  });

  it('opens no session on the way of a verification', async () => {
    const { key } = await server.createKey();
    const opened: unknown[] = [];
    const sessions = server.get(Sessions);
    const open = sessions.open.bind(sessions);
    sessions.open = (req, res) => (opened.push(req.url), open(req, res));
    await logIn();
    const before = opened.length;
    await browser.go('/auth/check_key', { headers: { 'x-api-key': key } });
    expect(opened.length).toBe(before);
    sessions.open = open;
  });
});
