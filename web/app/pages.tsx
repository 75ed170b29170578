import type { ComponentChildren } from 'preact';
import { KeysWithKey } from '../pages/key/keys-with-key.js';
import { match } from './address.js';
import { NotFound } from './not-found.js';

type Parts = Readonly<Record<string, string>>;

/** Every page by its address; the server answers these addresses (src/web/pages.controller.ts). */
const PAGES: readonly (readonly [pattern: string, page: (parts: Parts) => ComponentChildren])[] = [
  ['/', () => <KeysWithKey />],
  ['/keys/revoke-all', () => <KeysWithKey isEndingAll />],
  ['/keys/:id', ({ id }) => <KeysWithKey id={id} />],
  ['/keys/:id/:act', ({ id, act }) => <KeysWithKey id={id} act={act} />],
];

export function pageAt(path: string): ComponentChildren {
  for (const [pattern, page] of PAGES) {
    const parts = match(pattern, path);
    if (parts) return page(parts);
  }
  return <NotFound />;
}
