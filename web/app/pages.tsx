import type { ComponentChildren } from 'preact';
import { KeysPage } from '../pages/keys/keys-page.js';
import { NewKeyPage } from '../pages/new-key/new-key-page.js';
import { OncePage } from '../pages/once/once-page.js';
import { match } from './address.js';
import { NotFound } from './not-found.js';

type Parts = Readonly<Record<string, string>>;

/** Every page by its address; the server answers these addresses (src/web/pages.controller.ts). */
const PAGES: readonly (readonly [pattern: string, page: (parts: Parts) => ComponentChildren])[] = [
  ['/', () => <KeysPage />],
  ['/new', () => <NewKeyPage />],
  ['/keys/:id/once', ({ id }) => <OncePage key={id} id={id!} />],
];

export function pageAt(path: string): ComponentChildren {
  for (const [pattern, page] of PAGES) {
    const parts = match(pattern, path);
    if (parts) return page(parts);
  }
  return <NotFound />;
}
