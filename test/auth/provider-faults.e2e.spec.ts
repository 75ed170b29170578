import { afterEach, describe, expect, it } from 'vitest';
import { ProviderWatch } from '../../src/auth/provider-watch.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { ALICE, KeycloakStandIn } from '../support/keycloak-stand-in.js';
import { waitFor } from '../support/wait-for.js';

const told = (server: TestServer): { level: string; kind?: string; msg: string }[] =>
  server.lines
    .map((line) => JSON.parse(line) as { context: string; level: string; kind?: string; msg: string })
    .filter(({ context }) => context === 'IdentityProvider');

const LOUD = { APIKM_LOG_LEVEL: 'info', APIKM_LOG_FORMAT: 'json' };

describe('an identity provider that is not set up correctly', () => {
  let keycloak: KeycloakStandIn | undefined;
  afterEach(() => keycloak?.stop());

  async function start(change: (keycloak: KeycloakStandIn) => Record<string, string> | void) {
    keycloak = await KeycloakStandIn.start();
    const settings = { APIKM_OIDC_ENDPOINT: keycloak.url, ...change(keycloak) };
    const server = await TestServer.start({ ...LOUD, ...settings });
    await waitFor(() => told(server).length > 0 || keycloak!.keysBroken);
    return server;
  }

  it.each<[string, string, RegExp, (keycloak: KeycloakStandIn) => Record<string, string> | void]>([
    [
      'a wrong secret',
      'invalid_client',
      /invalid_client: .*"apikey-manager".*APIKM_OIDC_CLIENT_SECRET/,
      (there) => void (there.secret = 'another'),
    ],
    [
      'a wrong realm',
      'no_realm',
      /no realm "nowhere".*APIKM_OIDC_REALM/,
      () => ({ APIKM_OIDC_REALM: 'nowhere' }),
    ],
    [
      'an endpoint with a path too many, or too few',
      'no_realm',
      /404 at http:\/\/.*\/auth\/realms.*APIKM_OIDC_ENDPOINT/,
      ({ url }) => ({ APIKM_OIDC_ENDPOINT: `${url}/auth` }),
    ],
    [
      'something else at the endpoint',
      'not_a_provider',
      /no OpenID provider at http.*APIKM_OIDC_ENDPOINT/,
      (there) => void (there.discoveryBroken = { status: 200, body: '<html>Welcome to nginx</html>' }),
    ],
    [
      'a redirect to another address',
      'not_a_provider',
      /redirects http:.* to "https:\/\/sso\.example\.org\/x".*APIKM_OIDC_ENDPOINT/,
      (there) => {
        const headers = { location: 'https://sso.example.org/x' };
        there.discoveryBroken = { status: 301, headers, body: '' };
      },
    ],
    [
      'published keys that are none',
      'keys_unreadable',
      /can't be read at http:.*\/certs/,
      (there) => void (there.keysBroken = true),
    ],
  ])(
    '%s is told once, with what to do, and not as something that passes',
    async (_, kind, sentence, change) => {
      const server = await start(change);
      const watch = server.get(ProviderWatch);
      const token = await keycloak!.accessToken(ALICE);
      const { status, headers, body } = await server.call('/v1/me', {
        headers: { authorization: `Bearer ${token}` },
      });
      await watch.look();
      await watch.look();
      const lines = told(server).filter((line) => line.kind === kind);
      expect(lines).toEqual([
        expect.objectContaining({ level: 'error', msg: expect.stringMatching(sentence) }),
      ]);
      // Tokens need no secret of ours.
      if (kind === 'invalid_client') return expect(status).toBe(503);
      expect([status, headers.get('retry-after')]).toEqual([503, null]);
      expect(body).toMatchObject({
        code: 'IDENTITY_PROVIDER_MISCONFIGURED',
        detail: expect.stringContaining('Tell the operator'),
      });
    },
  );

  it('that can not be reached is told with the address and the reason, and as something that passes', async () => {
    const port = await freePort();
    const server = await TestServer.start({ ...LOUD, APIKM_OIDC_ENDPOINT: `http://127.0.0.1:${port}` });
    await waitFor(() => told(server).length > 0);
    const { status, headers, body } = await server.call('/auth/login');
    expect([status, headers.get('retry-after')]).toEqual([503, '10']);
    expect(body).toEqual({ detail: expect.stringContaining('Try again in a moment.') });
    expect(told(server)).toEqual([
      expect.objectContaining({
        kind: 'unreachable',
        msg: expect.stringMatching(
          new RegExp(
            `at http://127.0.0.1:${port}/realms/apikeys/.* \\(fetch failed: connect ECONNREFUSED.*APIKM_OIDC_INTERNAL_ENDPOINT`,
          ),
        ),
      }),
    ]);
    // Of the request, too: who asked is told with its number.
    const cause = server.lines.find((line) => line.includes('"code":"IDENTITY_PROVIDER_UNAVAILABLE"'))!;
    expect(cause).toContain('ECONNREFUSED');
    expect(cause).toContain(headers.get('x-request-id'));
  });

  it('is told again when it is something else, and when it is right', async () => {
    const server = await start((there) => void (there.secret = 'another'));
    const watch = server.get(ProviderWatch);
    keycloak!.discoveryBroken = { status: 502, body: 'Bad Gateway' };
    await watch.look();
    server.clock.advance(90);
    keycloak!.discoveryBroken = undefined;
    keycloak!.secret = undefined;
    await watch.everyMinute();
    expect(told(server).map(({ kind, msg }) => kind ?? msg)).toEqual([
      'invalid_client',
      'server_error',
      'The identity provider works again: server_error lasted 90 s.',
      'The identity provider works again: invalid_client lasted 90 s.',
    ]);
  });
});

describe('a secret that was changed at the provider while the server runs', () => {
  it('is told at the first login, as what it is, and counted', async () => {
    const port = await freePort();
    const server = await TestServer.start({ ...LOUD, APIKM_METRICS_PORT: String(port) });
    const browser = new Browser(server.url);
    const state = new URL((await browser.go('/auth/login')).location).searchParams.get('state')!;
    server.keycloak.secret = 'rotated';
    const iss = encodeURIComponent(server.keycloak.issuer);
    const answer = await browser.go(`/auth/callback?code=c&state=${state}&iss=${iss}`);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('Tell the operator');
    expect(told(server)).toEqual([expect.objectContaining({ kind: 'invalid_client' })]);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^apikm_identity_provider_failures_total\{kind="invalid_client"\} [12]$/m);
    expect(server.lines.join('')).not.toContain('rotated');
  });
});

describe('a provider whose public address is for browsers alone', () => {
  const PUBLIC = 'http://sso.example.invalid/auth';

  it.each([
    ['with a fixed hostname', PUBLIC],
    ['which names itself as it is asked', undefined],
  ])('%s logs people in and proves their tokens over the internal one', async (_, namedAs) => {
    const keycloak = await KeycloakStandIn.start();
    keycloak.namedAs = namedAs;
    const server = await TestServer.start({
      ...LOUD,
      APIKM_OIDC_ENDPOINT: PUBLIC,
      APIKM_OIDC_INTERNAL_ENDPOINT: keycloak.url,
    });
    const browser = new Browser(server.url);
    const url = new URL((await browser.go('/auth/login')).location);
    expect(url.href).toMatch(
      /^http:\/\/sso\.example\.invalid\/auth\/realms\/apikeys\/protocol\/openid-connect\/auth\?/,
    );
    keycloak.namedAs = PUBLIC;
    const iss = keycloak.issuer;
    const idToken = await keycloak.idToken(url.searchParams.get('nonce')!);
    keycloak.tokenAnswer = () => Promise.resolve({ access_token: 'at', id_token: idToken });
    const asked = new URLSearchParams({ code: 'c', state: url.searchParams.get('state')!, iss });
    expect((await browser.go(`/auth/callback?${asked.toString()}`)).status).toBe(303);
    expect((await browser.go('/v1/me')).body).toMatchObject({ id: ALICE, login: 'alice' });
    const headers = { authorization: `Bearer ${await keycloak.accessToken(ALICE)}` };
    expect((await server.call('/v1/me', { headers })).status).toBe(200);
    expect(browser.cookies).toContain('apikm=');
    const end = (await browser.own('/auth/logout', { method: 'POST' })).headers.get('location')!;
    expect(end).toMatch(
      /^http:\/\/sso\.example\.invalid\/auth\/realms\/apikeys\/protocol\/openid-connect\/logout\?/,
    );
    expect(told(server)).toEqual([]);
    await keycloak.stop();
  });

  it('is named by the log where no internal one is set', async () => {
    const keycloak = await KeycloakStandIn.start();
    keycloak.namedAs = 'http://sso.example.invalid';
    const server = await TestServer.start({ ...LOUD, APIKM_OIDC_ENDPOINT: keycloak.url });
    await waitFor(() => told(server).length > 0);
    expect(told(server)[0]!.msg).toMatch(
      /at http:\/\/sso\.example\.invalid\/realms\/apikeys\/protocol\/openid-connect\/token .*APIKM_OIDC_INTERNAL_ENDPOINT/,
    );
    await keycloak.stop();
  });
});
