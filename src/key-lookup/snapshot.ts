/**
 * Everything that a verification needs to know of a key and its owner, as it was read; of the owner, when that was
 * confirmed last. What limits a key is the business of whoever asks for it (`L`).
 */
export interface KeySnapshot<L> {
  readonly keyId: string;
  readonly digest: string;
  readonly name: string | null;
  /** Milliseconds since 1970; null: never expires. */
  readonly expiresAt: number | null;
  readonly enabled: boolean;
  readonly revoked: boolean;
  readonly limits: L;
  readonly config: Readonly<Record<string, unknown>>;
  readonly owner: OwnerSnapshot;
}

export interface OwnerSnapshot {
  readonly id: string;
  readonly login: string | null;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since 1970; null: never confirmed. Moves on when they are confirmed unchanged. */
  rightsReadAt: number | null;
}

/**
 * Plain SQL: through the ORM the same look-up takes several times as long. Instants come as milliseconds since 1970,
 * for a Date of each would cost more than the rest of the row.
 */
export const SELECT_KEYS = `
  SELECT encode(k.digest, 'hex') AS digest, k.id, k.name, k.enabled, k.revoked_at IS NOT NULL AS revoked,
    CASE WHEN NOT k.never_expires THEN floor(extract(epoch FROM k.expires_at) * 1000)::float8 END AS expires_at,
    k.limits, k.config, o.id AS owner_id, o.login, o.enabled AS owner_enabled, o.roles AS owner_roles, o.groups,
    o.attributes, floor(extract(epoch FROM o.rights_read_at) * 1000)::float8 AS rights_read_at
  FROM api_keys k JOIN owners o ON o.id = k.owner_id
  WHERE k.digest = ANY($1::bytea[])`;

export interface SnapshotRow {
  digest: string;
  id: string;
  name: string | null;
  enabled: boolean;
  revoked: boolean;
  expires_at: number | null;
  /** As they are stored: nothing, where the key has none. */
  limits: object;
  config: Record<string, unknown>;
  owner_id: string;
  login: string | null;
  owner_enabled: boolean;
  owner_roles: string[];
  groups: string[];
  attributes: Record<string, string[]>;
  rights_read_at: number | null;
}

/** Most keys have no config of their own: all of these share one. */
const NO_CONFIG: Readonly<Record<string, unknown>> = Object.freeze({});

/** @param digest the same as the row's, in the text that the cache has it under: one copy is enough */
export function keyOf<L>(row: SnapshotRow, digest: string, limits: L, owner: OwnerSnapshot): KeySnapshot<L> {
  return {
    keyId: row.id,
    digest,
    name: row.name,
    expiresAt: row.expires_at,
    enabled: row.enabled,
    revoked: row.revoked,
    limits,
    config: Object.keys(row.config).length > 0 ? row.config : NO_CONFIG,
    owner,
  };
}

export function ownerOf(row: SnapshotRow): OwnerSnapshot {
  return {
    id: row.owner_id,
    login: row.login,
    enabled: row.owner_enabled,
    roles: row.owner_roles,
    groups: row.groups,
    attributes: row.attributes,
    rightsReadAt: row.rights_read_at,
  };
}
