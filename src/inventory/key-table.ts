import type { Readable } from 'node:stream';
import { Readable as Stream } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import type { Limits } from '../api-keys/limits.js';
import { opened } from '../platform/opened.js';
import type { KeyRecords } from './key-records.js';
import type { OwnedKeyRecord } from './owned-key.record.js';

type Cell = string | number | boolean | null;

const listed = (values: readonly string[] | null): string | null => values && values.join(' ');

/** A limit without a column doesn't compile. */
const LIMITS: Readonly<Record<keyof Limits, (key: OwnedKeyRecord) => Cell>> = {
  roles: (key) => listed(key.roles),
  audiences: (key) => listed(key.audiences),
  scopes: (key) => listed(key.scopes),
  allowedIps: (key) => listed(key.allowedIps),
  allowedReferers: (key) => listed(key.allowedReferers),
  refererPolicy: (key) => key.refererPolicy,
  allowedMethods: (key) => listed(key.allowedMethods),
  allowKeyInUrl: (key) => key.allowKeyInUrl,
  rateLimit: (key) => key.rateLimit,
};

/** One column a line, in their order. */
const COLUMNS: Readonly<Record<string, (key: OwnedKeyRecord) => Cell>> = {
  id: (key) => key.id,
  name: (key) => key.name,
  description: (key) => key.description,
  state: (key) => key.state,
  owner: ({ owner }) => owner.id,
  ownerLogin: ({ owner }) => owner.login,
  ownerEnabled: ({ owner }) => owner.enabled,
  createdAt: (key) => key.createdAt.toISOString(),
  expiresAt: (key) => key.expiresAt?.toISOString() ?? 'never',
  lastUsedAt: ({ usage }) => usage.lastUsedAt?.toISOString() ?? null,
  accepted: ({ usage }) => usage.accepted,
  refused: ({ usage }) => usage.refused,
  ...LIMITS,
  revokedAt: (key) => key.revokedAt?.toISOString() ?? null,
  revokedBy: (key) => key.revokedBy,
  revokeReason: (key) => key.revokeReason,
};

/** As CSV with a head, made while it is sent; what a spreadsheet would take for a formula is text. */
export async function keyTable(
  found: AsyncIterable<readonly ApiKey[]>,
  records: KeyRecords,
): Promise<Readable> {
  const lines = stringify({
    header: true,
    columns: Object.keys(COLUMNS),
    escape_formulas: true,
    cast: { boolean: String },
  });
  return Stream.from(await opened(rowsOf(found, records)))
    .on('error', (error) => lines.destroy(error))
    .pipe(lines);
}

async function* rowsOf(
  found: AsyncIterable<readonly ApiKey[]>,
  records: KeyRecords,
): AsyncGenerator<Cell[], void> {
  const cells = Object.values(COLUMNS);
  for await (const keys of found)
    for (const key of await records.owned(keys)) yield cells.map((cell) => cell(key));
}
