import { afterAll, beforeAll, expect, it } from 'vitest';
import { PagesInBrowser } from '../support/pages.js';

let pages: PagesInBrowser;
beforeAll(async () => {
  pages = await PagesInBrowser.start({ APIKM_ROOT_PATH: '/apikm' });
});
afterAll(() => pages.stop());

it('leads from page to page under a root path, loaded anew and gone back to', async () => {
  const page = await pages.openAs('bob', '/');
  await page.getByRole('link', { name: 'New key' }).click();
  expect(page.url()).toBe(`${pages.server.url}/new`);
  await page.reload();
  await page.getByLabel('Name', { exact: true }).fill('under a path');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'under a path' }).waitFor();
  expect(page.url()).toBe(`${pages.server.url}/`);
  await page.goBack();
  await page.getByText('A key is shown once and kept nowhere').waitFor();
});

it('is the same without the root path, as behind a proxy that cuts it off', async () => {
  const page = await pages.openAs('bob', '/');
  await page.goto(pages.server.url.replace('/apikm', '/new'));
  await page.getByText('What is it for?').waitFor();
  await page.getByRole('link', { name: 'My keys' }).first().click();
  await page.getByRole('heading', { name: 'My keys' }).waitFor();
  expect(pages.faults).toEqual([]);
});
