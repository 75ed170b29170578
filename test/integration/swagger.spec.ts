import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltServer } from '../support/built-server.js';
import { openChromium, PAGE_MS } from '../support/chromium.js';
import { freePort } from '../support/free-port.js';

/** As `npm start` makes it, keeping nothing on the disk; the document is that of the build, which alone knows all of it. */
const EMBEDDED = {
  ...{
    APIKM_OIDC_ENDPOINT: '',
    APIKM_OIDC_REALM: '',
    APIKM_OIDC_CLIENT_ID: '',
    APIKM_OIDC_CLIENT_SECRET: '',
  },
  APIKM_KEYCLOAK_SYNC_FREQ: '1',
  APIKM_DATABASE_URL: 'pglite:memory',
  APIKM_COOKIE_SECRET: 'kept by nobody but the tests of Swagger UI',
};

describe('Swagger UI, with nothing beside it', () => {
  let server: BuiltServer;
  let url: string;
  let chromium: Browser;
  let page: Page;
  beforeAll(async () => {
    const port = String(await freePort());
    url = `http://localhost:${port}`;
    server = await BuiltServer.keep({ ...EMBEDDED, APIKM_PORT: port });
    chromium = await openChromium();
    page = await logIn('alice');
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.stop();
  });

  async function logIn(login: string): Promise<Page> {
    const page = await (await chromium.newContext()).newPage();
    page.setDefaultTimeout(PAGE_MS);
    await page.goto(`${url}/docs/`);
    await page.getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(login);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText(`Logged in as ${login}`).waitFor();
    return page;
  }

  it('leads a key for one application and one network through its life, up to the audit', async () => {
    const created = JSON.parse(
      await tryOut('Keys/create', { example: 'for one application, from one network' }),
    ) as { id: string; key: string; audiences: string[] };
    expect(created).toMatchObject({ audiences: ['maps'], allowedIps: ['10.0.0.0/8'] });
    const { id } = created;
    const explain = async (clientIp: string) => {
      const body = JSON.stringify({ audience: 'maps', clientIp });
      return (JSON.parse(await tryOut('Keys/explain', { id, body })) as { code: string }).code;
    };
    expect(await explain('192.0.2.1')).toBe('IP_NOT_ALLOWED');
    const body = '{"allowedIps": ["10.0.0.0/8", "192.0.2.0/24"]}';
    expect(JSON.parse(await tryOut('Keys/edit', { id, body }))).toMatchObject({ version: 2 });
    expect(await explain('192.0.2.1')).toBe('VALID');
    const next = JSON.parse(await tryOut('Keys/rotate', { id })) as { id: string; key: string };
    expect(JSON.parse(await tryOut('Keys/revoke', { id: next.id }))).toMatchObject({ state: 'revoked' });
    // Nothing that is filled in already narrows the lists.
    expect(await tryOut('Keys/list', {})).toContain(next.id);
    const office = await logIn('admin');
    const audit = await tryOut('Administration/readAudit', {}, office);
    const { items } = JSON.parse(audit) as { items: { action: string; keyId: string }[] };
    const done = items.filter(({ keyId }) => [id, next.id].includes(keyId)).map(({ action }) => action);
    expect(done.reverse()).toEqual([
      'key.created',
      'key.changed',
      'key.replaced',
      'key.created',
      'key.revoked',
    ]);
    expect(audit).not.toMatch(new RegExp(`${created.key}|${next.key}`));
  });

  interface Filled {
    readonly body?: string;
    readonly id?: string;
    /** One of those that are offered, in place of a body. */
    readonly example?: string;
  }

  /** Opens an operation by its deep link, fills it in, sends it, and gives the answer's body. */
  async function tryOut(link: string, { body, id, example }: Filled, on = page): Promise<string> {
    await on.goto('about:blank');
    await on.goto(`${url}/docs/#/${link}`);
    const operation = on.locator(`[id="operations-${link.replace('/', '-')}"]`);
    // By the keyboard: the page may go on scrolling to the operation for long.
    await operation.getByRole('button', { name: 'Try it out' }).press('Enter');
    if (example) await operation.getByRole('combobox').filter({ hasText: example }).selectOption(example);
    if (body !== undefined) await operation.locator('textarea').first().fill(body);
    if (id !== undefined) await operation.getByPlaceholder('id', { exact: true }).fill(id);
    const answered = on.waitForResponse(
      (answer) => answer.url().includes('/v1/') && !answer.url().endsWith('/v1/me'),
    );
    await operation.getByRole('button', { name: 'Execute' }).press('Enter');
    return (await answered).text();
  }
});
