import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileServer } from '../support/file-server.js';
import { freePort } from '../support/free-port.js';
import { GATEWAYS } from '../support/gateway-programs.js';
import { Place } from '../support/gateway.js';
import { PagesInBrowser } from '../support/pages.js';
import type { Program } from '../support/program.js';
import { Desk } from '../support/snippet-runs.js';

const catalogue = (url: string): string => `services:
  - { audience: files, title: Archive, url: '${url}', kind: files, carriers: [bearer] }
  - { audience: tiles, title: Tiles, url: 'https://tiles.example.org/{z}/{x}/{y}.png', kind: xyz }
`;

/** Whoever knows nothing, with a browser and a terminal: nothing is read but what a page says, nothing copied but by its buttons. */
describe('from the start page to GDAL that reads a protected file', () => {
  const desk = new Desk();
  let [pages, files, nginx, place]: [PagesInBrowser?, FileServer?, Program?, Place?] = [];
  beforeAll(async () => {
    files = await FileServer.start();
    const [manager, port] = [await freePort(), await freePort()];
    place = new Place(`127.0.0.1:${manager}`, `127.0.0.1:${files.port}`, port, {});
    const services = join(desk.home, 'services.yaml');
    writeFileSync(services, catalogue(place.url));
    pages = await PagesInBrowser.start({
      APIKM_PORT: String(manager),
      APIKM_SERVICES: services,
      APIKM_TRUSTED_PROXIES: '127.0.0.1',
    });
    nginx = await GATEWAYS.nginx(place);
  });
  afterAll(async () => {
    await nginx?.stop();
    await pages?.stop();
    await files?.stop();
    rmSync(place!.folder, { recursive: true });
    desk.remove();
  });

  const press = (page: Page, name: string) => page.getByRole('button', { name }).first().click();
  /** Pastes what is in the clipboard into a new terminal. */
  const paste = async (page: Page) => desk.shell(await page.evaluate('navigator.clipboard.readText()'));
  /** Logs in, and fills in what everybody does. */
  async function openForm(login: string): Promise<Page> {
    const page = await pages!.openAs(login, '/new?for=scripts');
    await page.getByLabel('Name', { exact: true }).fill('first try');
    return page;
  }
  async function tryRefused(page: Page): Promise<void> {
    await press(page, 'Make the key');
    await press(page, 'Copy with the key');
    expect((await paste(page)).succeeded).toBe(false);
    await page.getByText(/^Refused just now/).waitFor();
  }

  it('takes four presses and a name', async () => {
    const page = await pages!.open();
    await page.goto(pages!.server.url);
    await page.getByRole('link', { name: 'Log in' }).click();
    await pages!.logIn(page, 'alice');
    await page.getByRole('link', { name: 'Connect GDAL' }).click();
    await page.getByLabel('Name', { exact: true }).fill('my laptop');
    await press(page, 'Make the key');
    await press(page, 'Copy with the key');
    expect((await paste(page)).output).toContain('Size is 64, 64');
    await page.getByText(/^Used just now/).waitFor();
  });

  it('mends a key for the wrong network where the refusal leads to', async () => {
    const page = await openForm('alice');
    await page.getByText('limit set: not in a URL').click();
    await page.getByLabel('Only from these networks').fill('10.0.0.0/8');
    await tryRefused(page);
    await page.getByRole('link', { name: 'Change its limits' }).click();
    await press(page, 'Add what was refused: 127.0.0.0/24');
    await press(page, 'Save');
    await page.getByText('It works until').waitFor();
    expect((await paste(page)).output).toContain('Size is 64, 64');
  });

  it('leads from a key for the wrong service to one for the right one', async () => {
    const page = await openForm('bob');
    await page.getByRole('radio', { name: 'Only these:' }).first().check();
    await page.getByRole('checkbox', { name: 'Tiles' }).check();
    await press(page, 'Make the key');
    await press(page, 'Copy the key');
    const key = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await readsWith(key)).toBe(false);
    await page.getByText('The key is not for the service files.').waitFor();
    await page.getByRole('link', { name: 'Make another key' }).click();
    expect(await page.getByRole('checkbox', { name: 'Archive' }).isChecked()).toBe(true);
    await press(page, 'Make the key');
    await press(page, 'Copy with the key');
    expect((await paste(page)).output).toContain('Size is 64, 64');
  });

  const readsWith = async (key: string): Promise<boolean> => {
    const headers = `GDAL_HTTP_HEADERS="Authorization: Bearer ${key}"`;
    return (await desk.shell(`${headers} gdalinfo /vsicurl/${place!.url}`)).succeeded;
  };

  it('breaks no rule of the pages meanwhile', () => {
    expect(pages!.faults).toEqual([]);
  });
});
