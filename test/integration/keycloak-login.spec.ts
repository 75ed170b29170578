import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderWatch } from '../../src/auth/provider-watch.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { RealKeycloak } from '../support/real-keycloak.js';

/** Nobody in here can reach it; browsers come through a proxy, whose part the test plays. */
const PUBLIC = 'http://sso.example.invalid';

/** The commands of the documentation that name this word. */
function fromDocs(word: string): string {
  const blocks = [...readFileSync('docs/keycloak.md', 'utf8').matchAll(/```sh\n([^]*?)```/g)].map(
    ([, text]) => text!,
  );
  return blocks.find((text) => text.includes(word))!;
}

describe('the login of a real Keycloak with a fixed public hostname', () => {
  let keycloak: RealKeycloak;
  let server: TestServer;
  const folder = mkdtempSync(join(tmpdir(), 'apikm-kcadm-'));
  const client = {
    APIKM_OIDC_ENDPOINT: PUBLIC,
    APIKM_OIDC_REALM: 'apikeys',
    APIKM_OIDC_CLIENT_ID: 'apikey-manager',
    APIKM_OIDC_CLIENT_SECRET: 'apikey-manager-secret',
    APIKM_LOG_LEVEL: 'info',
    APIKM_LOG_FORMAT: 'json',
  };
  beforeAll(async () => {
    keycloak = await RealKeycloak.start(`--hostname=${PUBLIC}`);
    server = await TestServer.start({ ...client, APIKM_OIDC_INTERNAL_ENDPOINT: keycloak.url });
  });
  afterAll(async () => {
    await server?.stop();
    await keycloak?.stop();
    rmSync(folder, { recursive: true });
  });

  const through = (url: string): string => url.replace(PUBLIC, keycloak.url);
  const me = async (token: string) =>
    server.call('/v1/me', { headers: { authorization: `Bearer ${token}` } });
  const causes = (lines: readonly string[]): string[] =>
    lines.map((line) => (JSON.parse(line) as { cause?: string }).cause ?? '').filter(Boolean);

  async function token(form: Record<string, string>): Promise<string> {
    const url = `${keycloak.url}/realms/apikeys/protocol/openid-connect/token`;
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
    const body = (await answer.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  it('goes by the public address in the browser, and by the internal one from here', async () => {
    const browser = new Browser(server.url);
    const { location } = await browser.go('/auth/login?returnTo=/v1/me');
    expect(location).toMatch(new RegExp(`^${PUBLIC}/realms/apikeys/protocol/openid-connect/auth\\?`));
    const page = await browser.go(through(location));
    const [, action] = /<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"/.exec(page.text) ?? [];
    const body = new URLSearchParams({ username: 'alice', password: 'alice-pw', credentialId: '' });
    const back = await browser.go(through(action!.replaceAll('&amp;', '&')), { method: 'POST', body });
    const { pathname, search, searchParams } = new URL(back.location);
    expect(searchParams.get('iss')).toBe(`${PUBLIC}/realms/apikeys`);
    const { status, text } = await browser.go(pathname + search);
    expect([status, text]).toEqual([303, expect.anything()]);
    expect((await browser.go('/v1/me')).body).toMatchObject({ id: ALICE, login: 'alice' });
    expect(server.lines.filter((line) => line.includes('"IdentityProvider"'))).toEqual([]);
  });

  it('takes the tokens of a script’s own client, set up as documented', async () => {
    const printed = keycloak.shell(fromDocs('clientId=nightly'), folder);
    const [, secret] = /"value" : "([^"]+)"/.exec(printed) ?? [];
    const access = await token({
      grant_type: 'client_credentials',
      client_id: 'nightly',
      client_secret: secret!,
    });
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    const made = await server.call('/v1/keys', {
      method: 'POST',
      headers,
      body: '{"name":"nightly","ttlHours":24}',
    });
    expect([made.status, made.body.serviceAccount]).toEqual([201, true]);
    keycloak.shell(fromDocs('clientId=key-cli'), folder);
    const url = `${keycloak.url}/realms/apikeys/protocol/openid-connect/auth/device`;
    const device = await fetch(url, { method: 'POST', body: new URLSearchParams({ client_id: 'key-cli' }) });
    expect(await device.json()).toMatchObject({ device_code: expect.any(String) });
  });

  it('takes another client’s token for a person with a role of ours, unless that client is kept out', async () => {
    await keycloak.admin('POST', '/clients', {
      clientId: 'portal',
      publicClient: true,
      directAccessGrantsEnabled: true,
    });
    const ofPortal = () =>
      token({ grant_type: 'password', client_id: 'portal', username: 'bob', password: 'bob-pw' });
    // Bob has a role of ours within a role of the realm.
    expect((await me(await ofPortal())).status).toBe(200);
    const [portal] = (await keycloak.admin('GET', '/clients?clientId=portal')) as [{ id: string }];
    await keycloak.admin('PUT', `/clients/${portal.id}`, { ...portal, fullScopeAllowed: false });
    const before = server.lines.length;
    expect((await me(await ofPortal())).status).toBe(401);
    expect(causes(server.lines.slice(before))).toEqual([
      expect.stringMatching(/^aud is .* and azp "portal", expected "apikey-manager"/),
    ]);
  });

  it.each([
    ['a wrong secret', 'invalid_client', { APIKM_OIDC_CLIENT_SECRET: 'wrong' }],
    ['a wrong client', 'invalid_client', { APIKM_OIDC_CLIENT_ID: 'nobody' }],
    ['a wrong realm', 'no_realm', { APIKM_OIDC_REALM: 'nowhere' }],
  ])('%s is told at start as %s', async (_, kind, wrong) => {
    const other = await TestServer.start({ ...client, APIKM_OIDC_INTERNAL_ENDPOINT: keycloak.url, ...wrong });
    await other.get(ProviderWatch).look();
    const told = other.lines.filter((line) => line.includes('"IdentityProvider"'));
    expect(told).toEqual([expect.stringContaining(`"kind":"${kind}"`)]);
    if (kind === 'no_realm') expect(told[0]).toContain('has no realm');
  });

  it('follows a realm whose keys are replaced and whose address changes', async () => {
    const ofNightly = async () => {
      const [nightly] = (await keycloak.admin('GET', '/clients?clientId=nightly')) as [{ id: string }];
      const { value } = (await keycloak.admin('GET', `/clients/${nightly.id}/client-secret`)) as {
        value: string;
      };
      return token({ grant_type: 'client_credentials', client_id: 'nightly', client_secret: value });
    };
    expect((await me(await ofNightly())).status).toBe(200);
    const config = {
      priority: ['200'],
      enabled: ['true'],
      active: ['true'],
      algorithm: ['RS256'],
      keySize: ['2048'],
    };
    const provider = {
      name: 'newer',
      providerId: 'rsa-generated',
      providerType: 'org.keycloak.keys.KeyProvider',
      config,
    };
    await keycloak.admin('POST', '/components', provider);
    expect((await me(await ofNightly())).status).toBe(200);
    await keycloak.admin('PUT', '', { attributes: { frontendUrl: 'http://other.example.invalid' } });
    expect((await me(await ofNightly())).status).toBe(200);
  });
});
