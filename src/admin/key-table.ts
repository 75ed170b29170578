import type { Readable } from 'node:stream';
import { Readable as Stream } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { OwnedKeyRecord } from './admin.dto.js';

type Cell = string | number | boolean | null;

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
  roles: (key) => listed(key.roles),
  audiences: (key) => listed(key.audiences),
  scopes: (key) => listed(key.scopes),
  allowedIps: (key) => listed(key.allowedIps),
  allowedReferers: (key) => listed(key.allowedReferers),
  rateLimit: (key) => key.rateLimit,
  revokedAt: (key) => key.revokedAt?.toISOString() ?? null,
  revokedBy: (key) => key.revokedBy,
  revokeReason: (key) => key.revokeReason,
};

const listed = (values: readonly string[] | null): string | null => values && values.join(' ');

/** As CSV with a head, made while it is sent; what a spreadsheet would take for a formula is text. */
export function keyTable(batches: AsyncIterable<readonly OwnedKeyRecord[]>): Readable {
  const lines = stringify({
    header: true,
    columns: Object.keys(COLUMNS),
    escape_formulas: true,
    cast: { boolean: String },
  });
  return Stream.from(rowsOf(batches))
    .on('error', (error) => lines.destroy(error))
    .pipe(lines);
}

async function* rowsOf(batches: AsyncIterable<readonly OwnedKeyRecord[]>): AsyncGenerator<Cell[]> {
  const cells = Object.values(COLUMNS);
  for await (const batch of batches) for (const key of batch) yield cells.map((cell) => cell(key));
}
