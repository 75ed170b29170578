import { convertRow, labelOf } from './convert-row.js';
import type { ConversionOptions, ConvertedKey, PredecessorRow } from './convert-row.js';
import { instantOf } from './source-time.js';

export interface ImportedOwner {
  readonly id: string;
  readonly login: string | null;
  readonly enabled: boolean;
  readonly roles: string[];
  readonly attributes: Readonly<Record<string, string[]>>;
}

/** `live`: would be accepted now; the others by the first reason why not. */
export type KeyState = 'live' | 'revoked' | 'ownerDisabled' | 'expired';

export interface ListedKey {
  /** By its owner and name. */
  readonly row: string;
  readonly reason: string;
}

export interface RefusedKey extends ListedKey {
  /** As far as it can be read, neither revoked nor over. */
  readonly isLive: boolean;
}

export interface ImportPlan {
  readonly keys: readonly ConvertedKey[];
  readonly owners: readonly ImportedOwner[];
  readonly refused: readonly RefusedKey[];
  readonly states: Readonly<Record<KeyState, number>>;
  readonly changes: readonly ListedKey[];
}

/** Pure: what an import of these rows means at `now`. `attributes` are the names that come from the identity provider. */
export function planImport(
  rows: readonly PredecessorRow[],
  options: ConversionOptions & { readonly attributes: readonly string[] },
  now: Date,
): ImportPlan {
  const keys: ConvertedKey[] = [];
  const refused: RefusedKey[] = [];
  const changes: ListedKey[] = [];
  for (const row of rows) {
    const converted = convertRow(row, options, now);
    if ('reason' in converted) {
      refused.push({ row: labelOf(row), reason: converted.reason, isLive: isLive(row, options, now) });
      continue;
    }
    keys.push(converted);
    if (converted.changes.length)
      changes.push({ row: converted.label, reason: converted.changes.join('; ') });
  }
  const owners = ownersOf(keys, options.attributes);
  return { keys, owners: [...owners.values()], refused, changes, states: countStates(keys, owners, now) };
}

/** A row that can't be taken, as far as it can be read: in doubt somebody has to look at it. */
function isLive(row: PredecessorRow, { sourceTimezone }: ConversionOptions, now: Date): boolean {
  if (!row.is_active || !row.user_active) return false;
  if (row.never_expire) return true;
  const end = typeof row.expiration_date === 'string' ? instantOf(row.expiration_date, sourceTimezone) : null;
  return !end || Date.parse(end) > now.getTime();
}

/** Each owner as its best row knew it. */
function ownersOf(keys: readonly ConvertedKey[], attributes: readonly string[]): Map<string, ImportedOwner> {
  const best = new Map<string, ConvertedKey>();
  for (const key of keys) {
    const rival = best.get(key.owner.id);
    if (!rival || knowsBetter(key, rival)) best.set(key.owner.id, key);
  }
  return new Map([...best].map(([id, key]) => [id, ownerFrom(key, attributes)]));
}

/** The latest synchronisation; a revoked row comes last, since the revocation moved its date without reading the rights. */
function knowsBetter(key: ConvertedKey, rival: ConvertedKey): boolean {
  if (key.revoked !== rival.revoked) return rival.revoked;
  return (key.owner.seenAt ?? '') > (rival.owner.seenAt ?? '');
}

/** The predecessor merged the provider's attributes into the config, as lists; missing ones as null. */
function ownerFrom({ owner, config }: ConvertedKey, names: readonly string[]): ImportedOwner {
  const entries = names
    .filter((name) => Object.hasOwn(config, name))
    .map((name) => [name, textsOf(config[name])] as const)
    .filter(([, values]) => values.length > 0);
  const { id, login, enabled, roles } = owner;
  return { id, login, enabled, roles, attributes: Object.fromEntries(entries) };
}

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');

function countStates(
  keys: readonly ConvertedKey[],
  owners: ReadonlyMap<string, ImportedOwner>,
  now: Date,
): Record<KeyState, number> {
  const counts = { live: 0, revoked: 0, ownerDisabled: 0, expired: 0 };
  for (const key of keys) counts[stateOf(key, owners.get(key.owner.id)!, now)] += 1;
  return counts;
}

function stateOf(key: ConvertedKey, owner: ImportedOwner, now: Date): KeyState {
  if (key.revoked) return 'revoked';
  if (!key.neverExpires && Date.parse(key.expiresAt) <= now.getTime()) return 'expired';
  return owner.enabled ? 'live' : 'ownerDisabled';
}
