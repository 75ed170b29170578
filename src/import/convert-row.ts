import { nearestJson } from './nearest-json.js';
import { instantOf } from './source-time.js';
import { isStorable, storableText } from './storable.js';

/** A row of the predecessor's api_tokens as read: dates and JSON as text, booleans also as 0 and 1. */
export interface PredecessorRow {
  readonly api_key: unknown;
  readonly name: unknown;
  readonly user_id: unknown;
  readonly user_login: unknown;
  readonly user_active: unknown;
  readonly is_active: unknown;
  readonly never_expire: unknown;
  readonly expiration_date: unknown;
  readonly latest_query_date: unknown;
  readonly total_queries: unknown;
  readonly latest_sync_date: unknown;
  readonly iam_roles: unknown;
  readonly config: unknown;
  readonly allowed_referers: unknown;
}

export interface ConversionOptions {
  /** IANA name of the time zone that the old program's database sessions had. */
  readonly sourceTimezone: string;
  readonly defaultTtlHours: number;
}

/** Instants are ISO 8601 texts in UTC with six digits, so that nothing of what was stored is rounded. */
export interface ConvertedKey {
  /** Names the row to an operator: by its owner and name, never by what stands in api_key, which may be a key. */
  readonly label: string;
  /** SHA-256 of the key, 32 bytes. */
  readonly digest: Buffer;
  readonly name: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** false: the row had no end, so that `expiresAt` is a guess. */
  readonly endIsKnown: boolean;
  readonly neverExpires: boolean;
  readonly revoked: boolean;
  readonly lastUsedAt: string | null;
  readonly queries: number;
  readonly allowedReferers: string[] | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly configJson: string;
  readonly owner: ConvertedOwner;
  /** What is not as it was, in sentences. */
  readonly changes: readonly string[];
}

/** The owner as this row saw it at `seenAt`. */
export interface ConvertedOwner {
  readonly id: string;
  readonly login: string | null;
  readonly enabled: boolean;
  readonly roles: string[];
  readonly seenAt: string | null;
}

export interface RefusedRow {
  readonly reason: string;
}

class RowProblem extends Error {}

/** Pure: the key and its owner, or why the row can't be taken. `now` bounds the time of creation, which no column holds. */
export function convertRow(
  row: PredecessorRow,
  options: ConversionOptions,
  now: Date,
): ConvertedKey | RefusedRow {
  try {
    return convert(row, options, now);
  } catch (error) {
    if (error instanceof RowProblem) return { reason: error.message };
    throw error;
  }
}

function convert(row: PredecessorRow, options: ConversionOptions, now: Date): ConvertedKey {
  const changes: string[] = [];
  const owner = ownerOf(row, options, changes);
  const lastUsedAt = dateOf(row, 'latest_query_date', options);
  const config = configOf(row, changes);
  return {
    label: labelOf(row),
    digest: digestOf(row.api_key),
    name: textOf(row, 'name', changes),
    ...lifetimeOf(row, options, [owner.seenAt, lastUsedAt, now.toISOString()]),
    // NULL counts as false, like Python's `not None`: the predecessor refused such a key too.
    revoked: !booleanOf(row, 'is_active'),
    lastUsedAt,
    queries: countOf(row.total_queries),
    allowedReferers: referersOf(row),
    config: config.value,
    configJson: config.json,
    owner,
    changes,
  };
}

export function labelOf({ user_login: login, user_id: id, name }: PredecessorRow): string {
  return `key ${quoted(name)} of ${quoted(login ?? id)}`;
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 60).replace(/\p{C}/gu, '?')) : '(no text)';

/** Lower case only: the predecessor looked keys up so, a digest in upper case never belonged to a working key. */
function digestOf(apiKey: unknown): Buffer {
  if (typeof apiKey !== 'string' || !/^[0-9a-f]{64}$/.test(apiKey))
    throw new RowProblem('api_key is not 64 lower-case hex digits, so it is not the SHA-256 of a key');
  return Buffer.from(apiKey, 'hex');
}

function ownerOf(row: PredecessorRow, options: ConversionOptions, changes: string[]): ConvertedOwner {
  const { user_id: id } = row;
  if (typeof id !== 'string' || id === '' || id.length > 1000 || !isStorable(id))
    throw new RowProblem('user_id is empty, too long or not text');
  const roles = jsonOf(row, 'iam_roles', plainJson) ?? [];
  if (!isTextList(roles)) throw new RowProblem('iam_roles is not a list of strings');
  return {
    id,
    login: textOf(row, 'user_login', changes),
    enabled: booleanOf(row, 'user_active'),
    roles: [...new Set(roles.map(storableText))],
    seenAt: dateOf(row, 'latest_sync_date', options),
  };
}

type Lifetime = Pick<ConvertedKey, 'createdAt' | 'expiresAt' | 'endIsKnown' | 'neverExpires'>;

/** No column tells the creation: it is at the latest the earliest date of the row, and the expiry less the default lifetime. */
function lifetimeOf(
  row: PredecessorRow,
  options: ConversionOptions,
  known: readonly (string | null)[],
): Lifetime {
  const endless = row.expiration_date === 'infinity';
  const neverExpires = endless || booleanOf(row, 'never_expire');
  const expiresAt = endless ? null : dateOf(row, 'expiration_date', options);
  const lifetime = options.defaultTtlHours * 3_600_000;
  const times = known.filter((text) => text !== null).map((text) => Date.parse(text));
  if (expiresAt !== null) times.push(Date.parse(expiresAt) - lifetime);
  const created = Math.max(0, Math.min(...times));
  // Without an expiry the predecessor refused the key, unless it never expires.
  const missing = new Date(neverExpires ? created + lifetime : created).toISOString();
  return {
    createdAt: new Date(created).toISOString(),
    expiresAt: expiresAt ?? missing,
    endIsKnown: expiresAt !== null,
    neverExpires,
  };
}

/** Of any size; what is no object was of no use to a service and becomes {}. */
function configOf(row: PredecessorRow, changes: string[]): { value: Record<string, unknown>; json: string } {
  const config = jsonOf(row, 'config', nearestJson);
  changes.push(...config.changes.map((change) => `config: ${change}`));
  if (config.value === null) return { value: {}, json: '{}' };
  if (typeof config.value !== 'object' || Array.isArray(config.value)) {
    changes.push('config is not an object and became {}');
    return { value: {}, json: '{}' };
  }
  return { value: config.value as Record<string, unknown>, json: config.text };
}

function referersOf(row: PredecessorRow): string[] | null {
  const value = jsonOf(row, 'allowed_referers', plainJson);
  const list = typeof value === 'string' ? [value] : (value ?? []);
  if (!isTextList(list)) throw new RowProblem('allowed_referers is not a list of strings');
  return list.length ? list.map(storableText) : null;
}

/** SQL NULL and JSON null are both null: SQLAlchemy writes the one or the other by the column's default. */
function jsonOf<T>(row: PredecessorRow, column: keyof PredecessorRow, read: (text: string) => T): T {
  const text = row[column] ?? 'null';
  if (typeof text !== 'string') throw new RowProblem(`${column} is not JSON`);
  try {
    return read(text);
  } catch {
    throw new RowProblem(`${column} is not JSON`);
  }
}

const plainJson = (text: string): unknown => JSON.parse(text);

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function textOf(row: PredecessorRow, column: keyof PredecessorRow, changes: string[]): string | null {
  const text = row[column];
  if (text === null) return null;
  if (typeof text !== 'string') throw new RowProblem(`${column} is not text`);
  if (!isStorable(text)) changes.push(`${column} had characters that PostgreSQL can't store`);
  return storableText(text);
}

function booleanOf(row: PredecessorRow, column: keyof PredecessorRow): boolean {
  const value = row[column];
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  throw new RowProblem(`${column} is not a boolean`);
}

function dateOf(
  row: PredecessorRow,
  column: keyof PredecessorRow,
  options: ConversionOptions,
): string | null {
  const text = row[column];
  if (text === null) return null;
  const instant = typeof text === 'string' ? instantOf(text, options.sourceTimezone) : undefined;
  if (!instant) throw new RowProblem(`${column} is not a date`);
  return instant;
}

function countOf(value: unknown): number {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
