import type { KeySnapshot, OwnerSnapshot } from './decide.js';

/**
 * Plain SQL: through the ORM the same look-up takes several times as long. Instants come as milliseconds since 1970,
 * for a Date of each would cost more than the rest of the row.
 */
export const SELECT_KEYS = `
  SELECT encode(k.digest, 'hex') AS digest, k.id, k.name, k.enabled, k.revoked_at IS NOT NULL AS revoked,
    CASE WHEN NOT k.never_expires THEN floor(extract(epoch FROM k.expires_at) * 1000)::float8 END AS expires_at,
    k.roles, k.audiences, k.scopes, k.allowed_ips, k.allowed_referers, k.referer_policy, k.allow_key_in_url,
    k.rate_limit, k.config, o.id AS owner_id, o.login, o.enabled AS owner_enabled, o.roles AS owner_roles, o.groups,
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
  roles: string[] | null;
  audiences: string[] | null;
  scopes: string[] | null;
  allowed_ips: string[] | null;
  allowed_referers: string[] | null;
  referer_policy: KeySnapshot['refererPolicy'];
  allow_key_in_url: boolean;
  rate_limit: string | null;
  config: Record<string, unknown>;
  owner_id: string;
  login: string | null;
  owner_enabled: boolean;
  owner_roles: string[];
  groups: string[];
  attributes: Record<string, string[]>;
  rights_read_at: number | null;
}

/** Each row comes with a text of its own; the keys share these. */
const REFERER_POLICIES = { always: 'always', browser: 'browser', never: 'never' } as const;
/** Most keys have no config of their own: all of these share one. */
const NO_CONFIG: Readonly<Record<string, unknown>> = Object.freeze({});

/** @param digest the same as the row's, in the text that the cache has it under: one copy is enough */
export function keyOf(row: SnapshotRow, digest: string, owner: OwnerSnapshot): KeySnapshot {
  return {
    keyId: row.id,
    digest,
    name: row.name,
    expiresAt: row.expires_at,
    enabled: row.enabled,
    revoked: row.revoked,
    roles: row.roles,
    audiences: row.audiences,
    scopes: row.scopes,
    allowedIps: row.allowed_ips,
    allowedReferers: row.allowed_referers,
    refererPolicy: REFERER_POLICIES[row.referer_policy],
    allowKeyInUrl: row.allow_key_in_url,
    rateLimit: row.rate_limit,
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
