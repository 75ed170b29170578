import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  barriersOn,
  isTooWide,
  keepPicture,
  PagesInBrowser,
  remembered,
  widthsTooNarrow,
} from '../support/pages.js';

/** What the element that has the focus is called. */
const FOCUSED = `(({ ariaLabel, labels, textContent }) => ariaLabel ?? labels?.[0]?.textContent ?? textContent ?? '')(document.activeElement)`;

const isFocused = async (field: Locator): Promise<boolean> =>
  (await field.getAttribute('id')) === (await field.page().evaluate<string>('document.activeElement.id'));

describe('the pages, in a real browser', () => {
  let pages: PagesInBrowser;
  beforeAll(async () => {
    pages = await PagesInBrowser.start({ APIKM_SERVICES: 'test/fixtures/pages/services.yaml' });
  });
  afterAll(() => pages.stop());

  const copied = (page: Page): Promise<string> => page.evaluate('navigator.clipboard.readText()');

  /** Makes a key with a name alone, and stops at the page that shows it. */
  async function make(page: Page, name: string, query = ''): Promise<void> {
    await page.goto(`${pages.server.url}/new${query}`);
    await makeHere(page, name);
  }

  async function makeHere(page: Page, name: string): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('tab').first().waitFor();
  }

  it('greet a stranger with what this is, and lead through the login to the page asked for', async () => {
    const page = await pages.open();
    await page.goto(`${pages.server.url}/new?name=from+the+docs&audience=tiles&ttlHours=48`);
    await page.getByRole('heading', { name: 'API-Key Manager' }).waitFor();
    await page.getByRole('link', { name: 'Log in' }).click();
    await pages.logIn(page, 'bob');
    await page.getByText('A link has filled in some of this').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('from the docs');
    expect(await page.getByRole('checkbox', { name: /^Tiles of the office/ }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: '2 days' }).isChecked()).toBe(true);
  });

  it('lead somebody without a key to one that works, and show its first use', async () => {
    const page = await pages.openAs('bob');
    await page.getByRole('heading', { name: 'You have no keys yet' }).waitFor();
    await page.getByRole('link', { name: 'Connect GDAL' }).click();
    expect(await page.getByRole('radio', { name: 'GDAL and scripts' }).isChecked()).toBe(true);
    await page.getByLabel('Name', { exact: true }).fill('my laptop');
    await page.getByText(/^This key may/).waitFor();
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByText('Waiting for the first use…').waitFor();
    expect(await page.content()).not.toMatch(/akm_\w{20}/);
    // The focus is where the next step is.
    await page.keyboard.press('Enter');
    await page.getByText('Copied. Paste it where it belongs').waitFor();
    const key = await copied(page);
    expect((await pages.check(key)).status).toBe(200);
    await page.getByText(/^Used just now/).waitFor({ timeout: 4000 });
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'my laptop' }).waitFor();
  });

  it('say in words why a key was refused, and what to do', async () => {
    const page = await pages.openAs('bob');
    await make(page, 'only tiles', '?audience=tiles');
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await pages.check(await copied(page));
    await page.getByText('Refused just now, asked by GDAL').waitFor({ timeout: 4000 });
    await page
      .getByText('this one did not say which it is. Make a key for this service, or have its gateway')
      .waitFor();
  });

  it('forget the key when it is left: no memory, store, history or way back has it', async () => {
    const page = await pages.openAs('bob');
    await make(page, 'to be forgotten');
    await page.getByRole('button', { name: 'Show the key' }).click();
    const key = await page.locator('code.secret-text').innerText();
    expect((await remembered(page)).includes(key)).toBe(true);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    const address = page.url();
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
    await page.evaluate("navigator.clipboard.writeText('')");
    expect((await remembered(page)).includes(key)).toBe(false);
    await page.goBack();
    expect(await page.content()).not.toContain(key);
    await page.goto(address);
    await page.getByText('A key is shown once and kept nowhere').waitFor();
    expect((await remembered(page)).includes(key)).toBe(false);
  });

  it('ask before a key is left that was not copied, by whatever way', async () => {
    const page = await pages.openAs('bob');
    await page.getByRole('link', { name: 'New key' }).click();
    await makeHere(page, 'not copied');
    const stay = page.getByRole('button', { name: 'Stay here' });
    const ways = [
      () => page.keyboard.press('Escape'),
      () => page.getByRole('link', { name: 'Done' }).click(),
      () => page.getByRole('link', { name: 'My keys' }).click(),
      () => page.evaluate('history.back()'),
    ];
    for (const way of ways) {
      await way();
      await stay.click();
      expect(page.url()).toMatch(/\/once$/);
      await page.getByRole('heading', { name: 'Your new key' }).waitFor();
    }
    const asked = new Promise((resolve) => page.once('dialog', (dialog) => resolve(dialog.dismiss())));
    await page.close({ runBeforeUnload: true });
    await asked;
    // The browser may still be busy with its own question, and lose a key that is pressed.
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Leave without it' }).click();
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
  });

  it('lose nothing that was typed when the login has ended', async () => {
    const page = await pages.openAs('bob', '/new');
    await page.getByLabel('Name', { exact: true }).fill('typed with care');
    await page.getByLabel('Description').fill('and at length');
    await page.getByRole('radio', { name: '30 days' }).check();
    await page.context().clearCookies({ name: 'apikm' });
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('heading', { name: 'Your login has ended' }).waitFor();
    await page.getByRole('link', { name: 'Log in again' }).click();
    if (page.url().includes('dev-identity')) await pages.logIn(page, 'bob');
    await page.getByText('What you typed before is still here.').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('typed with care');
    expect(await page.getByLabel('Description').inputValue()).toBe('and at length');
    expect(await page.getByRole('radio', { name: '30 days' }).isChecked()).toBe(true);
  });

  it('say at each field what is wrong, and put the focus on the first', async () => {
    const page = await pages.openAs('bob', '/new');
    await page.getByText('From where, how often').click();
    await page.getByLabel('Only from these networks').fill('10.0.0.0/8\nnowhere');
    await page.getByLabel('Configuration').fill('{ "quota": }');
    await page.getByText('This is no JSON yet').waitFor();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const name = page.getByLabel('Name', { exact: true });
    expect(await isFocused(name)).toBe(true);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await page.getByText('“nowhere” is no address').waitFor();
    await name.fill('a name');
    await page.getByRole('button', { name: 'Make the key' }).click();
    const networks = page.getByLabel('Only from these networks');
    await expect.poll(() => isFocused(networks)).toBe(true);
  });

  it('show a name that is markup as what it is', async () => {
    const page = await pages.openAs('bob');
    const name = '<img src=x onerror="document.title=\'broken\'">';
    await make(page, name);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('link', { name }).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(await page.title()).toBe('My keys · API-Key Manager');
  });

  it('keep filters in the address, so that they can be sent and gone back from', async () => {
    const page = await pages.openAs('bob', '/?q=laptop');
    await page.getByText('1 of 1 key').waitFor();
    await page.getByRole('link', { name: /^Revoked/ }).click();
    await page.getByText('No key matches').waitFor();
    expect(new URL(page.url()).search).toBe('?status=revoked&sort=-created');
    await page.goBack();
    await page.getByText('1 of 1 key').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('laptop');
  });

  it('show how a key was used by day, and say the same in words', async () => {
    const page = await pages.openAs('bob');
    await make(page, 'drawn');
    await page.getByRole('button', { name: 'Copy' }).first().click();
    const day = (i: number) => ({
      at: '2026-11-01T00:00:00Z',
      accepted: i * i,
      refused: i % 7 === 0 ? i : 0,
    });
    const series = Array.from({ length: 30 }, (_, i) => day(i));
    await page.route('**/v1/usage?*', (route) => {
      const [keyId] = new URL(route.request().url()).searchParams.get('keyId')!.split(',');
      return route.fulfill({ json: { keys: [{ keyId, series, totals: {} }] } });
    });
    await page.goto(`${pages.server.url}/?q=drawn`);
    await page.getByRole('img', { name: 'In 30 days: 8,555 uses, 70 refusals' }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
  });

  it('say in words that the login is away, and offer to try again', async () => {
    const page = await pages.open();
    const json = { code: 'IDENTITY_PROVIDER_UNAVAILABLE', detail: 'away' };
    await page.route('**/v1/me', (route) => route.fulfill({ status: 503, json }));
    await page.goto(`${pages.server.url}/new`);
    await page.getByText('The identity provider cannot be reached at the moment').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Log in' }).waitFor();
  });

  it('switch a key off and on again from its row', async () => {
    const page = await pages.openAs('bob', '/?q=laptop&status=any');
    for (const [act, state] of [
      ['Switch off', 'Switched off'],
      ['Switch on', 'Live'],
    ] as const) {
      await page.getByRole('button', { name: 'Actions for my laptop' }).click();
      await page.getByRole('menuitem', { name: act }).click();
      await page.getByRole('cell', { name: state }).waitFor();
    }
  });

  it('say where a key is that was switched off, and undo it', async () => {
    const page = await pages.openAs('bob', '/?q=laptop');
    await page.getByRole('button', { name: 'Actions for my laptop' }).click();
    await page.getByRole('menuitem', { name: 'Switch off' }).click();
    await page.getByRole('link', { name: /^Switched off\s*1/ }).click();
    await page.getByRole('link', { name: 'my laptop' }).waitFor();
    await page.locator('.toasts').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('my laptop is switched on again.').waitFor();
    await page.getByText('No key matches').waitFor();
  });

  it('show which filters are set after a reload, and how to clear them', async () => {
    const page = await pages.openAs('bob', '/?used=idle');
    expect(await page.getByLabel('Last used').inputValue()).toBe('idle');
    await page.getByRole('link', { name: 'Clear filters' }).first().click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
  });

  it('hide no tool beside the edge of a phone', async () => {
    const page = await pages.openAs('bob', '/new?for=scripts', { viewport: { width: 360, height: 740 } });
    await makeHere(page, 'on a phone');
    const rights = await page
      .getByRole('tab')
      .evaluateAll((tabs) => tabs.map((tab) => tab.getBoundingClientRect().right));
    expect(rights.length).toBeGreaterThan(6);
    expect(Math.max(...rights)).toBeLessThanOrEqual(360);
    await page.context().close();
  });

  it.each(['en-GB', 'fr-FR'])('show the whole list at any width, in %s', async (locale) => {
    const page = await pages.openAs('bob', '/', { locale });
    const name = 'nightly download of the tiles of the whole country';
    const audiences = ['tiles', 'scenes', 'a-service-with-a-name-without-an-end'];
    await ask(page, 'POST', 'v1/keys', { name, audiences, ttlHours: 48, scopes: ['tiles:read'] });
    await page.goto(`${pages.server.url}/?q=nightly`);
    await page.getByRole('link', { name }).first().waitFor();
    expect(await widthsTooNarrow(page)).toEqual([]);
    await page.context().close();
  });

  it('can be used by the keyboard alone, from the list to the copied key', async () => {
    const page = await pages.openAs('bob');
    const focused = (): Promise<string> => page.evaluate(FOCUSED);
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        if ((await focused()).startsWith(name)) return;
      }
      throw new Error(`${name} was not reached`);
    };
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
    await tabTo('New key');
    await page.keyboard.press('Enter');
    await page.getByText('What is it for?').waitFor();
    await tabTo('QGIS');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'GDAL and scripts' }).isChecked()).toBe(true);
    await tabTo('Name');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for the first use…').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('Copied. Paste it').waitFor();
    expect(await copied(page)).toMatch(/^akm_\w{38}$/);
    const tab = page.getByRole('tab', { selected: true });
    const before = await tab.innerText();
    await tabTo(before);
    await page.keyboard.press('ArrowRight');
    expect(await tab.innerText()).not.toBe(before);
  });

  it('speak the language of the browser, and another one that was chosen', async () => {
    const page = await pages.openAs('bob', '/', { locale: 'fr-FR' });
    await page.getByRole('heading', { name: 'Mes clés' }).waitFor();
    await page.getByRole('button', { name: 'Langue' }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'My keys' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    // The server knows, too: its own pages follow.
    await page.goto(`${pages.server.url}/auth/callback?error=access_denied`);
    await page.getByRole('heading', { name: 'The login did not work' }).waitFor();
  });

  it('are dark or light as was chosen, from the first moment on', async () => {
    const page = await pages.openAs('bob', '/', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    const answered = await page.reload();
    expect(await answered!.text()).toContain('data-theme="dark"');
  });

  it('log out here and at the provider', async () => {
    const page = await pages.openAs('alice');
    await page.getByRole('button', { name: 'Account of Alice Test' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log out', exact: true }).click();
    await page.getByRole('link', { name: 'Log in' }).waitFor();
  });

  it('come in less than 100 kB', async () => {
    const page = await pages.open();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(pages.server.url, { waitUntil: 'networkidle' });
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(100_000);
  });

  const SEEN: readonly (readonly [
    name: string,
    path: string,
    login: string,
    act?: (page: Page) => Promise<unknown>,
  ])[] = [
    ['keys', '/?status=any', 'bob', (page) => page.getByRole('button', { name: 'Filters' }).click()],
    ['first-key', '/', 'alice', (page) => page.getByText('You have no keys yet').waitFor()],
    [
      'new-key',
      '/new?for=webmap',
      'bob',
      (page) => page.getByText('From where, how often').or(page.getByText('limits set')).click(),
    ],
    ['once', '/new?for=scripts', 'bob', (page) => makeHere(page, 'seen')],
    ['nowhere', '/admin/none', 'bob', (page) => page.getByText('The address may be old').waitFor()],
  ];

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([360, 1280])('put up no barrier for a stranger, %d pixels wide', async (width) => {
      const page = await pages.open({ colorScheme, viewport: { width, height: 800 } });
      await page.goto(pages.server.url);
      await page.getByRole('link', { name: 'Log in' }).waitFor();
      await keepPicture(page, `welcome-${colorScheme}-${width}`);
      expect(await barriersOn(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
    });

    it.each(SEEN.flatMap((seen) => [360, 1280].map((width) => ({ name: seen[0], width, seen }))))(
      'put up no barrier on $name, $width pixels wide',
      async ({ name, width, seen: [, path, login, act] }) => {
        const page = await pages.openAs(login, path, { colorScheme, viewport: { width, height: 800 } });
        await page.getByRole('heading').first().waitFor();
        await act?.(page);
        await keepPicture(page, `${name}-${colorScheme}-${width}`);
        expect(await barriersOn(page)).toEqual([]);
        expect(await isTooWide(page)).toBe(false);
        await page.context().close();
      },
    );
  });

  it('have broken no rule of their own meanwhile', () => {
    expect(pages.faults).toEqual([]);
  });
});
