import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceAccount } from '../../src/keycloak/service-account.js';
import { TestServer } from '../support/app.js';
import { openChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { newLines } from '../support/operator-log.js';
import { RealKeycloak } from '../support/real-keycloak.js';

describe('with a real Keycloak that is set up for the first time', () => {
  let keycloak: RealKeycloak;
  beforeAll(async () => (keycloak = await RealKeycloak.start()));
  afterAll(() => keycloak.stop());

  /** A realm without people, whose client manages with this right of realm-management alone. */
  async function freshRealm(realm: string, right: string): Promise<void> {
    const client = {
      clientId: 'manager',
      secret: 'right',
      publicClient: false,
      serviceAccountsEnabled: true,
    };
    const account = {
      username: 'service-account-manager',
      enabled: true,
      serviceAccountClientId: 'manager',
      clientRoles: { 'realm-management': [right] },
    };
    await keycloak.createRealm({ realm, enabled: true, clients: [client], users: [account] });
  }

  async function serverOf(settings: Record<string, string>) {
    const server = await TestServer.start({
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_ID: 'manager',
      APIKM_OIDC_CLIENT_SECRET: 'right',
      APIKM_LOG_LEVEL: 'info',
      ...settings,
    });
    return { server, lines: newLines(server) };
  }

  it('takes a realm without people for no missing right', async () => {
    await freshRealm('viewed', 'view-users');
    const { server, lines } = await serverOf({ APIKM_OIDC_REALM: 'viewed' });
    const { missing } = await server.get(ServiceAccount).look();
    expect(missing.join()).not.toContain('view-users');
    expect(lines().filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('is not misled by an account that may only search', async () => {
    await freshRealm('searched', 'query-users');
    const { server, lines } = await serverOf({ APIKM_OIDC_REALM: 'searched' });
    expect((await server.get(ServiceAccount).look()).missing.join()).toContain('view-users is missing');
    expect(lines().filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it.each([
    [
      'the wrong secret',
      { APIKM_OIDC_CLIENT_SECRET: 'wrong' },
      /refused, or service accounts are off \(unauthorized_client, Invalid client .*APIKM_OIDC_CLIENT_SECRET/,
    ],
    [
      'another realm',
      { APIKM_OIDC_REALM: 'nowhere' },
      /no token: 404 \(Realm does not exist\) from .*APIKM_OIDC_REALM/,
    ],
    ['a path that is not there', { path: '/auth' }, /no token: 404 .*relative path/],
  ])(
    'tells at the start of %s what to do, on an empty database',
    async (_, { path = '', ...wrong }: Wrong, line) => {
      const settings = { APIKM_OIDC_REALM: 'viewed', APIKM_KEYCLOAK_SYNC_FREQ: '300', ...wrong };
      const { lines } = await serverOf({ ...settings, APIKM_OIDC_ENDPOINT: keycloak.url + path });
      const seen: string[] = [];
      await expect
        .poll(() => seen.push(...lines()) && seen.filter((one) => one.startsWith('warn')), {
          timeout: 10_000,
        })
        .toEqual([expect.stringMatching(line)]);
    },
  );

  /** Of another origin than the page: what the browser keeps apart is kept apart. */
  it('gives whoever logs in at the documentation a token by PKCE, and what is tried out acts as that person', async () => {
    const port = String(await freePort());
    const publicUrl = `http://127.0.0.1:${port}`;
    await keycloak.admin('POST', '/clients', {
      clientId: 'key-docs',
      publicClient: true,
      redirectUris: [`${publicUrl}/docs/oauth2-redirect.html`],
      webOrigins: [publicUrl],
      attributes: { 'pkce.code.challenge.method': 'S256' },
    });
    await TestServer.start({
      APIKM_PORT: port,
      APIKM_PUBLIC_URL: publicUrl,
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_SECRET: 'apikey-manager-secret',
      APIKM_DOCS_CLIENT_ID: 'key-docs',
    });
    const chromium = await openChromium();
    try {
      const page = await chromium.newPage();
      await authorize(page, `${publicUrl}/docs/`);
      const answered = page.waitForResponse(
        (response) => response.request().method() === 'GET' && response.url().endsWith('/v1/me'),
      );
      await tryOutMe(page);
      const answer = await answered;
      expect(answer.request().headers().authorization).toMatch(/^Bearer ey/);
      expect(await answer.json()).toMatchObject({ login: 'alice' });
    } finally {
      await chromium.close();
    }
  });
});

type Wrong = Record<string, string>;

async function authorize(page: Page, docs: string): Promise<void> {
  await page.goto(docs);
  await page.getByRole('button', { name: 'Authorize' }).first().click();
  const login = page
    .locator('.auth-container', { hasText: 'login' })
    .filter({ hasText: 'authorizationCode' });
  expect(await login.locator('input[type=text]').first().inputValue()).toBe('key-docs');
  const opened = page.waitForEvent('popup');
  await login.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click();
  const popup = await opened;
  await popup.locator('#username').fill('alice');
  await popup.locator('#password').fill('alice-pw');
  await popup.locator('#kc-login').click();
  await page.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await page.locator('.close-modal').click();
}

async function tryOutMe(page: Page): Promise<void> {
  const operation = page.locator('.opblock', { hasText: '/v1/me' }).first();
  await operation.locator('.opblock-summary').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
}
