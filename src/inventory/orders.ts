import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';

/** What lists can be sorted by, `-` in front: the greatest first. */
export const SORTS = [
  ...(['created', '-created', 'name', '-name'] as const),
  ...(['expires', '-expires', 'lastUsed', '-lastUsed'] as const),
] as const;
export type Sort = (typeof SORTS)[number];

interface Order {
  /** Of a query of ApiKey under the name `key`, joined with UsageTotal as `used`; as its index has it. */
  readonly value: string;
  readonly type: 'timestamptz' | 'text';
}

const ORDERS: Readonly<Record<'created' | 'name' | 'expires' | 'lastUsed', Order>> = {
  created: { value: 'key.created_at', type: 'timestamptz' },
  name: { value: "lower(coalesce(key.name, ''))", type: 'text' },
  expires: {
    value: "(CASE WHEN key.never_expires THEN 'infinity'::timestamptz ELSE key.expires_at END)",
    type: 'timestamptz',
  },
  lastUsed: { value: 'used.last_used_at', type: 'timestamptz' },
};

export interface Ordering extends Order {
  readonly sort: Sort;
  readonly direction: 'ASC' | 'DESC';
  /** What was never used has no place among the rest, and comes behind them whatever the direction. */
  readonly hasNever: boolean;
}

export function orderingOf(sort: Sort): Ordering {
  const name = sort.replace('-', '') as keyof typeof ORDERS;
  const direction = sort.startsWith('-') ? 'DESC' : 'ASC';
  return { ...ORDERS[name], sort, direction, hasNever: name === 'lastUsed' };
}

/** The last row of a page: the next one begins behind it, whatever came or went meanwhile. */
export interface Place {
  /** As PostgreSQL writes it; null: among those that were never used. */
  readonly value: string | null;
  readonly id: string;
}

export const writeCursor = (sort: Sort, { value, id }: Place): string =>
  Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');

/** @throws DomainError invalid, also for a cursor of another order */
export function readCursor(cursor: string, { sort, type }: Ordering): Place {
  const parts = parsed(cursor);
  const [of, value, id] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const isGood = value === null || (type === 'text' ? isText(value) : isInstant(value));
  if (of === sort && isGood && isId(id)) return { value: value as string | null, id };
  throw new DomainError(
    'invalid',
    'INVALID_CURSOR',
    'cursor must be the nextCursor of the previous page, unchanged and with the same sort.',
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** PostgreSQL keeps no NUL and no half surrogate pairs. */
const isText = (value: unknown): boolean => typeof value === 'string' && isStorable(value, 2000);
const isId = (id: unknown): id is string => typeof id === 'string' && /^key_\w{1,64}$/.test(id);

const INSTANT = /^(\d{4}-\d\d-\d\d) [0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d){0,2}$/;

/** PostgreSQL counts no year 0, and takes no day that isn't in the calendar. */
function isInstant(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const day = INSTANT.exec(value)?.[1];
  if (day === undefined) return value === 'infinity';
  const date = new Date(`${day}T00:00:00Z`);
  return !day.startsWith('0000') && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
