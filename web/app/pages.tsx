import type { ComponentChildren } from 'preact';
import { KeysPage } from '../pages/keys/keys-page.js';
import { match } from './address.js';
import { NotFound } from './not-found.js';

type Parts = Readonly<Record<string, string>>;

/** Every page by its address; the server answers these addresses (src/web/pages.controller.ts). */
const PAGES: readonly (readonly [pattern: string, page: (parts: Parts) => ComponentChildren])[] = [
  ['/', () => <KeysPage />],
];

export function pageAt(path: string): ComponentChildren {
  for (const [pattern, page] of PAGES) {
    const parts = match(pattern, path);
    if (parts) return page(parts);
  }
  return <NotFound />;
}
