import { convertRow } from './convert-row.js';
import type { ConversionOptions, ConvertedKey, PredecessorRow } from './convert-row.js';

export interface ImportedOwner {
  readonly id: string;
  readonly login: string | null;
  readonly enabled: boolean;
  readonly roles: string[];
  readonly attributes: Readonly<Record<string, string[]>>;
}

/** `live`: would be accepted now; the others by the first reason why not. */
export type KeyState = 'live' | 'revoked' | 'ownerDisabled' | 'expired';

export interface RefusedKey {
  /** The row by its owner and name; never by what stands in api_key, which may be a key. */
  readonly row: string;
  readonly reason: string;
}

export interface ImportPlan {
  readonly keys: readonly ConvertedKey[];
  readonly owners: readonly ImportedOwner[];
  readonly refused: readonly RefusedKey[];
  readonly states: Readonly<Record<KeyState, number>>;
  readonly changes: readonly RefusedKey[];
}

/** Pure: what an import of these rows means at `now`. `attributes` are the names that come from the identity provider. */
export function planImport(
  rows: readonly PredecessorRow[],
  options: ConversionOptions & { readonly attributes: readonly string[] },
  now: Date,
): ImportPlan {
  const keys: ConvertedKey[] = [];
  const refused: RefusedKey[] = [];
  const changes: RefusedKey[] = [];
  for (const row of rows) {
    const converted = convertRow(row, options, now);
    if ('reason' in converted) {
      refused.push({ row: labelOf(row), reason: converted.reason });
      continue;
    }
    keys.push(converted);
    changes.push(...converted.changes.map((reason) => ({ row: labelOf(row), reason })));
  }
  const owners = ownersOf(keys, options.attributes);
  return { keys, owners: [...owners.values()], refused, changes, states: countStates(keys, owners, now) };
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

function labelOf({ user_login: login, user_id: id, name }: PredecessorRow): string {
  return `key ${quoted(name)} of ${quoted(login ?? id)}`;
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value.slice(0, 60).replace(/\p{C}/gu, '?')) : '(no text)';
