import type { KeySnapshot } from './decide.js';

/** Plain SQL: through the ORM the same look-up takes several times as long. */
export const SELECT_KEYS = `
  SELECT k.id, k.digest, k.name, k.expires_at, k.never_expires, k.enabled, k.revoked_at, k.roles, k.audiences, k.scopes,
    k.allowed_ips, k.allowed_referers, k.referer_policy, k.allow_key_in_url, k.rate_limit, k.config,
    o.id AS owner_id, o.login, o.enabled AS owner_enabled, o.roles AS owner_roles, o.groups, o.attributes, o.rights_read_at
  FROM api_keys k JOIN owners o ON o.id = k.owner_id
  WHERE k.digest = ANY($1::bytea[])`;

export interface SnapshotRow {
  id: string;
  digest: Buffer;
  name: string | null;
  expires_at: Date;
  never_expires: boolean;
  enabled: boolean;
  revoked_at: Date | null;
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
  rights_read_at: Date | null;
}

export function toSnapshot(row: SnapshotRow): KeySnapshot {
  return {
    keyId: row.id,
    digest: row.digest.toString('hex'),
    name: row.name,
    expiresAt: row.never_expires ? null : row.expires_at.getTime(),
    enabled: row.enabled,
    revoked: row.revoked_at !== null,
    roles: row.roles,
    audiences: row.audiences,
    scopes: row.scopes,
    allowedIps: row.allowed_ips,
    allowedReferers: row.allowed_referers,
    refererPolicy: row.referer_policy,
    allowKeyInUrl: row.allow_key_in_url,
    rateLimit: row.rate_limit,
    config: row.config,
    owner: {
      id: row.owner_id,
      login: row.login,
      enabled: row.owner_enabled,
      roles: row.owner_roles,
      groups: row.groups,
      attributes: row.attributes,
      rightsReadAt: row.rights_read_at?.getTime() ?? null,
    },
  };
}
