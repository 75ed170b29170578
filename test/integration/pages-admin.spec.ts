import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  barriersOn,
  isTooWide,
  keepPicture,
  PagesInBrowser,
  widthsTooNarrow,
} from '../support/pages.js';

const ALICE = '11111111-1111-4111-8111-111111111111';

describe('the pages of administrators, in a real browser', () => {
  let pages: PagesInBrowser;
  let page: Page;
  let id: string;
  let key: string;
  beforeAll(async () => {
    pages = await PagesInBrowser.start({ APIKM_SERVICES: 'test/fixtures/pages/services.yaml' });
    const hers = await pages.openAs('alice');
    ({ id, key } = await ask(hers, 'POST', 'v1/keys', { name: 'nightly mosaic', audiences: ['tiles'] }));
    await ask(hers, 'PATCH', `v1/keys/${id}`, { rateLimit: '100/minute' });
    expect(await use('tiles')).toBe(true);
    expect(await use('scenes')).toBe(false);
    page = await pages.openAs('admin', '/admin');
  });
  afterAll(() => pages.stop());

  async function use(audience: string): Promise<boolean> {
    const headers = { 'content-type': 'application/json', 'user-agent': 'GDAL/3.9' };
    const body = JSON.stringify({ key, audience, clientIp: '203.0.113.7' });
    const answer = await fetch(`${pages.server.url}/v1/verify`, { method: 'POST', headers, body });
    return ((await answer.json()) as { valid: boolean }).valid;
  }
  const go = (path: string): Promise<unknown> => page.goto(`${pages.server.url}${path}`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });

  it('are told to be for administrators to everybody else', async () => {
    const his = await pages.openAs('bob', '/admin/keys');
    await his.getByText('This is for administrators').waitFor();
    expect(await his.getByRole('link', { name: 'Administration' }).count()).toBe(0);
  });

  it('sum up what everybody’s keys do', async () => {
    await page.getByRole('link', { name: /^Live keys\s*1/ }).waitFor();
    expect(await page.locator('.totals').innerText()).toMatch(/Accepted\s+1\s+Refused\s+1/);
    await page.locator('.bars').getByText('Tiles of the office').waitFor();
  });

  it('open the keys that are in the state of a card', async () => {
    await go('/admin');
    await page.getByRole('link', { name: /^Revoked/ }).click();
    await page.getByText('No key matches').waitFor();
    await go('/admin');
    await page.getByRole('link', { name: /^Live keys/ }).click();
    await page.getByRole('link', { name: 'nightly mosaic' }).waitFor();
  });

  it('find a key by its owner, keep that in the address, and give it as a table', async () => {
    await go('/admin');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByLabel(/^Owner/).fill('alice');
    await expect.poll(() => new URL(page.url()).search).toBe('?owner=alice');
    await page.getByRole('link', { name: 'nightly mosaic' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('keys.csv');
    await page.getByLabel(/^Owner/).fill('nobody');
    await page.getByText('No key matches').waitFor();
  });

  it('switch a key off with a reason that its owner reads, and on again', async () => {
    await go(`/admin/keys/${id}`);
    await button('Switch off').click();
    await page.getByLabel('Reason').fill('odd use at night');
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await page.getByText('Switched off by an administrator').waitFor();
    expect(await use('tiles')).toBe(false);
    const hers = await pages.openAs('alice', `/keys/${id}?show=history`);
    await hers.getByText(/An administrator switched it off/).waitFor();
    await hers.getByText('odd use at night').waitFor();
    await button('Switch on').click();
    await expect.poll(() => use('tiles')).toBe(true);
  });

  it('tell what stops if a person leaves', async () => {
    await go('/admin/people');
    await page.getByRole('link', { name: 'alice' }).click();
    await page.getByRole('heading', { name: 'What stops if this person leaves' }).waitFor();
    const card = await page.locator('.leaving').innerText();
    expect(card).toMatch(/Keys in use\s+1\s+Services\s+1\s+Networks\s+1/);
    expect(card).toMatch(/Tiles of the office[\s\S]*203\.0\.113\.0\/24[\s\S]*nightly mosaic/);
  });

  it('tell who did what, from what to what, and how the trail holds together', async () => {
    await go(`/admin/audit?key=${id}`);
    await page
      .getByText(/each with the hash of the one before/)
      .first()
      .waitFor();
    const lines = await page.getByRole('table', { name: 'Audit' }).innerText();
    expect(lines).toMatch(/Rate\s*nothing\s*100\/minute/);
    expect(lines).toMatch(/odd use at night/);
    await page.locator('.audit-filters select').selectOption('key.changed');
    await expect.poll(() => page.getByRole('table', { name: 'Audit' }).locator('tbody tr').count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('action')).toBe('key.changed');
  });

  it('tell how many lines are shown, and the id that they are found by', async () => {
    await go('/admin/audit');
    await page
      .getByRole('status')
      .getByText(/^\d+ of \d+ lines$/)
      .waitFor();
    await go(`/admin/people/${ALICE}`);
    await button('Copy the id').click();
    await button('Copied').waitFor();
    const id = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(id).toBe(ALICE);
    await go(`/admin/audit?actor=${id}`);
    await page
      .getByRole('status')
      .getByText(/^\d+ lines$/)
      .waitFor();
  });

  it('do not take what is shown for all there is', async () => {
    await page.route('**/v1/admin/keys?*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), nextCursor: 'x' } });
    });
    await go('/admin/keys');
    await page.getByText('1 key shown, and there are more').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.reload();
    await page.getByText('1 key', { exact: true }).waitFor();
  });

  it.each([
    ['/admin/people/33333333-3333-4333-8333-333333333333', 'There is no such person'],
    ['/admin/keys/key_none', 'There is no such key'],
  ])('say that nothing is at %s', async (path, title) => {
    await go(path);
    await page.getByRole('heading', { name: title, level: 2 }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(title);
    expect(await page.getByText('Loading').count()).toBe(0);
  });

  it('steer the synchronisation, and tell its passes and what is missing, with the click that gives it', async () => {
    await go('/admin/sync');
    await button('Read everybody now').click();
    await page.getByText('Everybody was read.').waitFor();
    await page.getByRole('table', { name: 'Last passes' }).getByText('Done').first().waitFor();
    await page.getByText(/realm-management view-realm/).waitFor();
    await button('Pause').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await button('Resume').click();
    await button('Pause').waitFor();
  });

  it('never say that everybody was read when somebody was not', async () => {
    await page.route('**/v1/admin/sync', async (route) => {
      const response = await route.fetch();
      const sync = (await response.json()) as { lastPass: object };
      await route.fulfill({
        response,
        json: { ...sync, lastPass: { ...sync.lastPass, outcome: 'incomplete' } },
      });
    });
    await button('Read everybody now').click();
    await page.locator('.toasts').getByText('Not everybody could be read').waitFor();
    // One may be under way.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('keep what is known of the synchronisation when asking for it anew fails', async () => {
    await go('/admin/sync');
    await page.getByRole('table', { name: 'Last passes' }).waitFor();
    await page.route('**/v1/admin/sync', (route) => route.fulfill({ status: 503, json: {} }));
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
    expect(await page.getByRole('table', { name: 'Last passes' }).count()).toBe(1);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('name each policy in force with the setting that makes it', async () => {
    await go('/admin/policies');
    await page.getByRole('row', { name: /15 days.*APIKM_DEFAULT_APIKEY_TTL_HOUR/ }).waitFor();
  });

  const SEEN = [
    ['admin', '/admin'],
    ['admin-keys', '/admin/keys?status=any'],
    ['admin-key', `/admin/keys/:id`],
    ['admin-people', '/admin/people'],
    ['admin-person', `/admin/people/${ALICE}`],
    ['admin-audit', '/admin/audit'],
    ['admin-sync', '/admin/sync'],
    ['admin-policies', '/admin/policies'],
  ] as const;
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it.each([360, 1280])('put up no barrier, %d pixels wide', async (width) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      for (const [name, path] of SEEN) {
        await go(path.replace(':id', id));
        await page.waitForLoadState('networkidle');
        await keepPicture(page, `${name}-${colorScheme}-${width}`);
        expect([name, await barriersOn(page), await isTooWide(page)]).toEqual([name, [], false]);
      }
    });
  });

  it.each(['en-GB', 'fr-FR'])('show all keys whole at any width, in %s', async (locale) => {
    const everybody = await pages.openAs('admin', '/admin/keys', { locale });
    await everybody.getByRole('link', { name: 'nightly mosaic' }).waitFor();
    expect(await widthsTooNarrow(everybody)).toEqual([]);
    await everybody.context().close();
  });

  it('end all keys of a person, who is then erased', async () => {
    await go(`/admin/people/${ALICE}`);
    await button('Revoke all keys').click();
    await page.getByText('In the last 30 days 1 key was used').waitFor();
    await page.getByLabel('Type alice to confirm').fill('alice');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke all keys' }).click();
    await page.getByText('1 key is revoked.').waitFor();
    expect(await use('tiles')).toBe(false);
    await button('More actions').click();
    await page.getByRole('menuitem', { name: 'Erase' }).click();
    await page.getByText('It stands in the audit.', { exact: true }).waitFor();
    await page.getByLabel('Type alice to confirm').fill('alice');
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByRole('heading', { name: 'Erased person' }).waitFor();
  });

  it('have broken no rule of their own meanwhile', () => {
    expect(pages.faults).toEqual([]);
  });
});
