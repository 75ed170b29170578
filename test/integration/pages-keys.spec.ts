import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, barriersOn, isTooWide, keepPicture, PagesInBrowser } from '../support/pages.js';

interface Made {
  readonly id: string;
  readonly key: string;
}

describe('a key’s page, in a real browser', () => {
  let pages: PagesInBrowser;
  let page: Page;
  beforeAll(async () => {
    pages = await PagesInBrowser.start({ APIKM_SERVICES: 'test/fixtures/pages/services.yaml' });
    page = await pages.openAs('alice');
  });
  afterAll(() => pages.stop());

  const make = (name: string, more: object = {}): Promise<Made> =>
    ask<Made>(page, 'POST', 'v1/keys', { name, ttlHours: 720, ...more });
  const open = (id: string, more = ''): Promise<unknown> =>
    page.goto(`${pages.server.url}/keys/${id}${more}`);
  const use = async (key: string, more: object = {}): Promise<boolean> => {
    const headers = { 'content-type': 'application/json', 'user-agent': 'GDAL/3.9' };
    const body = JSON.stringify({ key, ...more });
    const answer = await fetch(`${pages.server.url}/v1/verify`, { method: 'POST', headers, body });
    return ((await answer.json()) as { valid: boolean }).valid;
  };
  const drawer = () => page.getByRole('dialog');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const link = (name: string) => drawer().getByRole('link', { name, exact: true });
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent');
  const tab = (name: string) => page.getByRole('tab', { name }).click();

  it('shows what it is used for, why it was refused, and whether it would pass now', async () => {
    const { id, key } = await make('my tiles', { audiences: ['tiles'] });
    for (let i = 0; i < 3; i += 1) expect(await use(key, { audience: 'tiles' })).toBe(true);
    expect(await use(key, { audience: 'scenes' })).toBe(false);
    await open(id);
    await page.getByText(/^It works until .* Last used (just now|\d+).* by GDAL/).waitFor();
    await tab('Use');
    expect(await page.locator('.totals').innerText()).toMatch(/Accepted\s+3\s+Refused\s+1/);
    await tab('Refusals');
    await page.getByText('It is not for this service').waitFor();
    await page.getByText('Make a key for this service').waitFor();
    await link('Would it pass?').click();
    await page.getByText('It would be refused').waitFor();
    expect(new URL(page.url()).searchParams.get('audience')).toBe('scenes');
    await page.getByLabel('Service', { exact: true }).last().selectOption('tiles');
    await button('Test').click();
    await page.getByText('It would pass').waitFor();
    await page.reload();
    await page.getByText('It would pass').waitFor();
    expect(await page.locator('.rule').count()).toBeGreaterThan(10);
  });

  it('shows rights beside those of its owner, and limits with who can enforce them', async () => {
    const { id } = await make('reads only', { roles: ['reader'], allowedIps: ['10.0.0.0/8'] });
    await open(id);
    const row = (role: string) => page.getByRole('row', { name: role });
    expect(await row('reader').innerText()).toMatch(/Yes\s+Kept/);
    expect(await row('writer').innerText()).toMatch(/Yes\s+Not in the key/);
    await page.getByText(/^Confirmed by the identity provider/).waitFor();
    await page.getByText('Where nobody tells it, the key is refused.').waitFor();
  });

  it('says which rights its owner has lost', async () => {
    const { id } = await make('reads and writes', { roles: ['reader', 'writer'] });
    const provider = await pages.open();
    await provider.goto(`${pages.server.url}/dev-identity/`);
    await provider.getByRole('button', { name: 'writer ✓: alice' }).click();
    await expect
      .poll(async () => (await ask(page, 'GET', `v1/keys/${id}`)).rights.lost, { timeout: 10_000 })
      .toEqual(['writer']);
    await open(id);
    await page.getByText('You have lost 1 role that this key was made with: writer.').waitFor();
    expect(await page.getByRole('row', { name: /^writer/ }).innerText()).toMatch(/No\s+Lost/);
    await page.goto(`${pages.server.url}/`);
    await page.getByText(/of the keys shown here ha(s|ve) fewer rights/).waitFor();
    await provider.getByRole('button', { name: 'writer +: alice' }).click();
    await provider.getByRole('button', { name: 'writer ✓: alice' }).waitFor();
    await provider.close();
  });

  it('gives way to another key, and is ended when nothing uses it any more', async () => {
    const { id, key } = await make('to be rotated');
    await open(id);
    await link('Rotate').click();
    await page.getByRole('radio', { name: /^1 hour/ }).check();
    await button('Make the new key').click();
    await page.getByText(/^The old key “to be rotated” goes on until .*\d\d:\d\d/).waitFor();
    expect(await page.getByRole('link', { name: 'Show the old key' }).getAttribute('href')).toContain(id);
    await page.getByRole('button', { name: 'Copy' }).first().click();
    const fresh = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await use(fresh)).toBe(true);
    expect(await use(key)).toBe(true);
    await page.getByRole('link', { name: 'Details' }).or(page.locator('.once-foot a').last()).first().click();
    await page.getByText(/^1 use .*still with the old key/).waitFor();
    await use(key);
    await page.getByText(/^2 uses .*still with the old key/).waitFor();
    await button('End the old key now').click();
    await page.getByText('The old key has been revoked.').waitFor();
    expect([await use(key), await use(fresh)]).toEqual([false, true]);
  });

  it('is revoked by whoever types its name while it is in use; the way back has the focus', async () => {
    const { id, key } = await make('in use');
    await use(key);
    await open(id);
    await link('Revoke').click();
    await page.getByText('Used in the last 30 days').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    expect(await button('Revoke').isDisabled()).toBe(true);
    await page.getByLabel('Reason').fill('laptop was lost');
    await page.getByLabel('Name of the key').fill('in use');
    await button('Revoke').click();
    await page.getByText(/You revoked it just now.*Reason: laptop was lost/).waitFor();
    expect(await use(key)).toBe(false);
    await tab('History');
    await page.getByText('by you').first().waitFor();
    await link('Bring back').click();
    await button('Bring back').click();
    await page.getByText(/^It works until/).waitFor();
    expect(await use(key)).toBe(true);
  });

  it('is switched off after it was said what that stops, and on again', async () => {
    const { id, key } = await make('switched');
    await open(id, '/disable');
    await page.getByText('Nobody used it in the last 30 days.').waitFor();
    await button('Switch off').click();
    await expect.poll(() => use(key)).toBe(false);
    await open(id);
    await button('Switch on').click();
    await page.getByText(/^It works until/).waitFor();
    expect(await use(key)).toBe(true);
  });

  it('is edited where it stands; what is wrong is said at its field', async () => {
    const { id } = await make('to be edited');
    await open(id);
    await button('Edit').click();
    await page.getByLabel('Rate').fill('often');
    await button('Save').click();
    await page.getByText('Write a number and a period, such as 100/minute.').waitFor();
    expect(await page.locator(':focus').inputValue()).toBe('often');
    await page.getByLabel('Rate').fill('100/minute');
    await page.getByLabel('Without an end').check();
    await page.getByLabel('Networks').fill('10.0.0.0/8');
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    expect(await ask(page, 'GET', `v1/keys/${id}`)).toMatchObject({
      rateLimit: '100/minute',
      allowedIps: ['10.0.0.0/8'],
      expiresAt: null,
    });
    await button('Edit').click();
    await page.getByLabel('Without an end').uncheck();
    await button('Save').click();
    await page.getByText(/^It works until \d/).waitFor();
  });

  it('loses nothing that was typed when somebody else changes it meanwhile', async () => {
    const { id } = await make('of two minds');
    await open(id);
    await button('Edit').click();
    await page.getByRole('textbox', { name: 'Description' }).fill('typed here');
    await ask(page, 'PATCH', `v1/keys/${id}`, { rateLimit: '5/minute' });
    await page.reload();
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('typed here');
    await button('Save').click();
    await page.getByText('Somebody has changed this key meanwhile').waitFor();
    await page.getByText('Rate is now 5/minute').waitFor();
    await button('Go on with what I typed').click();
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    const { description, rateLimit } = await ask(page, 'GET', `v1/keys/${id}`);
    expect([description, rateLimit]).toEqual(['typed here', '5/minute']);
  });

  it('brings nothing back that was typed and taken back', async () => {
    const { id } = await make('once more');
    await open(id);
    await button('Edit').click();
    const description = page.getByRole('textbox', { name: 'Description' });
    await description.fill('half');
    await page.reload();
    await page.getByText('What you typed before is still here.').waitFor();
    await description.fill('');
    await page.reload();
    await description.waitFor();
    expect(await page.getByText('What you typed before is still here.').count()).toBe(0);
    expect(await description.inputValue()).toBe('');
  });

  it('lies over the list as it was narrowed down, and Esc leads back to it', async () => {
    await make('needle');
    await page.goto(`${pages.server.url}/?q=needle`);
    await page.getByRole('link', { name: 'needle' }).click();
    await drawer().getByRole('heading', { name: 'needle' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('?q=needle');
    await page.goBack();
    await drawer().waitFor();
  });

  it('leaves the list, its filters and the focus as they were when it is closed', async () => {
    const places = ['x', 'y', 'z'].map((end) => make(`place ${end}`));
    await Promise.all(places);
    await page.setViewportSize({ width: 1280, height: 300 });
    await page.goto(`${pages.server.url}/?q=place&status=live`);
    const row = page.getByRole('link', { name: 'place z' });
    await row.scrollIntoViewIfNeeded();
    const scrolled = () => page.evaluate<number>('scrollY');
    const before = await scrolled();
    expect(before).toBeGreaterThan(100);
    await row.focus();
    await page.keyboard.press('Enter');
    await drawer().getByRole('heading', { name: 'place z' }).waitFor();
    expect(await scrolled()).toBe(before);
    await link('Revoke').press('Enter');
    await button('Cancel').press('Escape');
    expect(await focused()).toBe('Revoke');
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('?q=place&status=live');
    await expect.poll(focused).toBe('place z');
    expect(await scrolled()).toBe(before);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('gives the focus back to the row’s menu that it was asked from', async () => {
    await page.goto(`${pages.server.url}/?q=place+z`);
    await button('Actions for place z').press('Enter');
    await page.getByRole('menuitem', { name: 'Revoke' }).press('Enter');
    await button('Cancel').press('Escape');
    await expect.poll(focused).toBe('Actions for place z');
  });

  it('keeps words without an end inside of its page', async () => {
    const { id } = await make('endless', { description: 'w'.repeat(255), scopes: ['s'.repeat(100)] });
    for (const more of ['', '?edit=1']) {
      await open(id, more);
      await drawer().getByText('w'.repeat(255)).or(page.getByRole('textbox').first()).first().waitFor();
      expect([
        more,
        await page.evaluate(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(
        document.querySelector('dialog'))`),
      ]).toEqual([more, 0]);
    }
  });

  it('shows a name that is markup as what it is', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { id } = await make(name);
    await open(id, '/revoke');
    await page.getByRole('heading', { name: `Revoke ${name}?` }).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
  });

  it('tells of a key that is none, or another’s, alike', async () => {
    for (const more of ['', '/revoke']) {
      await open('key_none', more);
      await drawer().getByText('There is no such key').waitFor();
    }
  });

  const SEEN = [
    ['key', ''],
    ['key-use', '?show=use'],
    ['key-refusals', '?show=refusals'],
    ['key-check', '?show=check&audience=scenes'],
    ['key-history', '?show=history'],
    ['key-edit', '?edit=1'],
    ['key-rotate', '/rotate'],
    ['key-revoke', '/revoke'],
  ] as const;
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([360, 1280])('puts up no barrier, %d pixels wide', async (width) => {
      const { id, key } = await make('looked at', { audiences: ['tiles'], scopes: ['tiles:read'] });
      await use(key, { audience: 'tiles' });
      await use(key, { audience: 'scenes' });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const [name, more] of SEEN) {
        await open(id, more);
        await page.waitForLoadState('networkidle');
        await keepPicture(page, `${name}-${colorScheme}-${width}`);
        expect([name, await barriersOn(page), await isTooWide(page)]).toEqual([name, [], false]);
      }
    });
  });

  it('are all ended at once by whoever means it', async () => {
    const { key } = await make('one of many');
    await page.goto(`${pages.server.url}/keys/revoke-all`);
    await page.getByLabel('Type revoke all to confirm').fill('revoke all');
    await button('Revoke all').click();
    await page.getByText(/keys are revoked\.$/).waitFor();
    expect(await use(key)).toBe(false);
  });

  it('has broken no rule of its own meanwhile', () => {
    expect(pages.faults).toEqual([]);
  });
});
