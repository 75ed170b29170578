import { expect, it } from 'vitest';
import type { KeyRecord, OwnPolicy } from '../../api/types.js';
import { draftFromKey, onlyReads, wantedKey } from './draft.js';

const policy = {
  defaultTtlHours: 360,
  maxTtlHours: null,
  mayNeverExpire: true,
  keysInUrl: true,
} as OwnPolicy;
const key = {
  ...{ name: 'k', description: '', createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-02T00:00:00Z' },
  ...{ neverExpires: false, audiences: null, roles: null, scopes: null, config: {} },
  ...{ allowedIps: null, allowedReferers: null, allowedMethods: null, allowKeyInUrl: true, rateLimit: null },
  rights: { lost: [], gained: [] },
} as unknown as KeyRecord;

it.each([
  ['any', null, false],
  ['GET', ['GET'], true],
  ['GET and HEAD', ['GET', 'HEAD'], true],
  ['GET and POST', ['GET', 'POST'], false],
  ['POST', ['POST'], false],
])('another key like one for %s may do just that', (_, allowedMethods, reads) => {
  const draft = draftFromKey({ ...key, allowedMethods }, '', policy);
  expect([wantedKey(draft).allowedMethods ?? null, onlyReads(draft)]).toEqual([allowedMethods, reads]);
});
