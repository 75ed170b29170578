import type { ComponentChildren } from 'preact';
import { AuditPage } from '../pages/admin/audit-page.js';
import { AdminKeyPage } from '../pages/admin/key-page.js';
import { AdminKeysPage } from '../pages/admin/keys-page.js';
import { OverviewPage } from '../pages/admin/overview-page.js';
import { PeoplePage } from '../pages/admin/people-page.js';
import { PersonPage } from '../pages/admin/person-page.js';
import { PoliciesPage } from '../pages/admin/policies-page.js';
import { SyncPage } from '../pages/admin/sync-page.js';
import { ACTS } from '../pages/key/acts.js';
import { KeysWithKey } from '../pages/key/keys-with-key.js';
import { NewKeyPage } from '../pages/new-key/new-key-page.js';
import { OncePage } from '../pages/once/once-page.js';
import { match } from './address.js';
import { NotFound } from './not-found.js';

type Parts = Readonly<Record<string, string>>;

/** Every page by its address; the server answers these addresses (src/web/pages.controller.ts). */
const PAGES: readonly (readonly [pattern: string, page: (parts: Parts) => ComponentChildren])[] = [
  ['/', () => <KeysWithKey />],
  ['/new', () => <NewKeyPage />],
  ['/keys/:id/once', ({ id }) => <OncePage key={id} id={id!} />],
  ['/keys/revoke-all', () => <KeysWithKey isEndingAll />],
  ['/keys/:id', ({ id }) => <KeysWithKey id={id} />],
  ...ACTS.map((act) => [`/keys/:id/${act}`, ({ id }: Parts) => <KeysWithKey id={id} act={act} />] as const),
  ['/admin', () => <OverviewPage />],
  ['/admin/keys', () => <AdminKeysPage />],
  ['/admin/keys/:id', ({ id }) => <AdminKeyPage key={id} id={id!} />],
  ['/admin/people', () => <PeoplePage />],
  ['/admin/people/:id', ({ id }) => <PersonPage key={id} id={id!} />],
  ['/admin/audit', () => <AuditPage />],
  ['/admin/sync', () => <SyncPage />],
  ['/admin/policies', () => <PoliciesPage />],
];

export function pageAt(path: string): ComponentChildren {
  for (const [pattern, page] of PAGES) {
    const parts = match(pattern, path);
    if (parts) return page(parts);
  }
  return <NotFound />;
}
