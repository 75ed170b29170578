import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** For what a page is waited for; ends what hangs, on the slowest machine. */
export const PAGE_MS = 90_000;

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: QUIET.split(' ') });
}
