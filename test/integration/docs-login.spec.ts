import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { openChromium } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';
import { RealKeycloak } from '../support/real-keycloak.js';

/** Of another origin than the page: what the browser keeps apart is kept apart. */
describe('"Authorize" of the documentation, with a real Keycloak', { timeout: 120_000 }, () => {
  let keycloak: RealKeycloak;
  let server: TestServer;
  let chromium: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    keycloak = await RealKeycloak.start();
    const port = String(await freePort());
    const publicUrl = `http://127.0.0.1:${port}`;
    await keycloak.admin('POST', '/clients', {
      clientId: 'key-docs',
      publicClient: true,
      redirectUris: [`${publicUrl}/docs/oauth2-redirect.html`],
      webOrigins: [publicUrl],
      attributes: { 'pkce.code.challenge.method': 'S256' },
    });
    server = await TestServer.start({
      APIKM_PORT: port,
      APIKM_PUBLIC_URL: publicUrl,
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_SECRET: 'apikey-manager-secret',
      APIKM_DOCS_CLIENT_ID: 'key-docs',
    });
    chromium = await openChromium();
    page = await (await chromium.newContext()).newPage();
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  }, 400_000);
  afterAll(async () => {
    await chromium?.close();
    await server?.stop();
    await keycloak?.stop();
  });

  it('gets a token by PKCE, and what is tried out then acts as that person', async () => {
    await page.goto(`${server.url}/docs/`);
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
    await page.goto(`${server.url}/docs/#/You/me`, { waitUntil: 'commit' });
    const operation = page.locator('.opblock', { hasText: '/v1/me' }).first();
    if ((await operation.getAttribute('class'))?.includes('is-open') !== true)
      await operation.locator('.opblock-summary').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const answered = page.waitForResponse(
      (response) => response.url().endsWith('/v1/me') && response.request().method() === 'GET',
    );
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = await answered;
    expect(answer.request().headers().authorization).toMatch(/^Bearer ey/);
    expect(await answer.json()).toMatchObject({ login: 'alice' });
    expect(problems.filter((line) => !line.includes('401'))).toEqual([]);
  });
});
