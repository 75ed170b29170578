import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openChromium, PAGE_MS } from './chromium.js';
import { EmbeddedServer } from './embedded-server.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SCREENSHOTS = 'screenshots';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The built pages in a real browser, in front of the server as `npm start` makes it. */
export class PagesInBrowser {
  /** What no page may ever do: break its own policy, or fail. */
  readonly faults: string[] = [];

  private constructor(
    readonly server: EmbeddedServer,
    private readonly chromium: Browser,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<PagesInBrowser> {
    const build = spawnSync('npm', ['run', 'build', '--silent'], { encoding: 'utf8' });
    if (build.status !== 0) throw new Error(build.stdout + build.stderr);
    return new PagesInBrowser(await EmbeddedServer.start(settings), await openChromium());
  }

  async stop(): Promise<void> {
    await this.chromium.close();
    await this.server.stop();
  }

  async open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.chromium.newContext({
      locale: 'en-GB',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PAGE_MS);
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.faults.push(message.text());
    });
    return page;
  }

  /** Opens a path as this demo user. */
  async openAs(login: string, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.open(options);
    await page.goto(`${this.server.url}/auth/login?returnTo=${encodeURIComponent(path)}`);
    await this.logIn(page, login);
    return page;
  }

  /** On the provider's page. */
  async logIn(page: Page, login: string): Promise<void> {
    await page.getByLabel('Login').fill(login);
    await page.getByLabel('Password').fill(login);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/dev-identity'));
  }

  check(key: string): Promise<Response> {
    return fetch(`${this.server.url}/auth/check_key`, {
      headers: { 'x-api-key': key, 'user-agent': 'GDAL/3.9' },
    });
  }
}

/** What a page does that keeps somebody from using it (WCAG 2.2 AA), as far as a program can see it. */
export async function barriersOn(page: Page): Promise<string[]> {
  const size = page.viewportSize()!;
  // All of it in sight: what lies under a bar that stays in place is half covered only until somebody scrolls.
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await page.evaluate(AXE);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`;
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(run);
  await page.setViewportSize(size);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** From a phone held across to a whole screen. */
const WIDTHS = [640, 768, 900, 1024, 1100, 1200, 1280];

/** The widths at which a page scrolls sideways, or a row's menu is out of sight. */
export async function widthsTooNarrow(page: Page): Promise<number[]> {
  const isCut = `[...document.querySelectorAll('.place-menu button')].some((one) => one.getBoundingClientRect().right > innerWidth)`;
  const found: number[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    // Whatever is laid out anew for this width is so two frames later.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    if ((await isTooWide(page)) || (await page.evaluate<boolean>(isCut))) found.push(width);
  }
  return found;
}

/** For people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` });
}

/** Everything that a page holds in memory and in the browser's stores, as text. */
export async function remembered(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const parts: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => parts.push(chunk));
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  const stores = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href, document.cookie])',
  );
  return parts.join('') + stores + (await page.content());
}

/** A request of the page's own to the API, with its session. */
export async function ask<T = Record<string, any>>(
  page: Page,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const asked = JSON.stringify({ method, headers, body: body && JSON.stringify(body) });
  const patience = 'signal: AbortSignal.timeout(10_000)';
  return page.evaluate<T>(
    `fetch(${JSON.stringify(path)}, { ...${asked}, ${patience} }).then((answer) => answer.json())`,
  );
}
