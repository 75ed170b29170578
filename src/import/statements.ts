/** Each takes its rows as one JSON array ($1) and the time of the import ($2). */

export const INSERT_OWNERS = `
  INSERT INTO owners (id, login, enabled, roles, groups, attributes, rights_read_at, created_at)
  SELECT r.id, r.login, r.enabled, r.roles, '{}', r.attributes, $2::timestamptz, $2::timestamptz
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, login text, enabled boolean, roles text[], attributes jsonb)
  ON CONFLICT (id) DO NOTHING
  RETURNING id`;

export const INSERT_KEYS = `
  INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at, never_expires, enabled,
    revoked_at, revoked_by, limits, config)
  SELECT r.id, decode(r.digest, 'hex'), r.owner_id, r.name, 'imported', r.created_at, r.expires_at,
    r.never_expires, TRUE, CASE WHEN r.revoked THEN $2::timestamptz END, CASE WHEN r.revoked THEN 'owner' END,
    r.limits, r.config::json
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, digest text, owner_id text, name text,
    created_at timestamptz, expires_at timestamptz, never_expires boolean, revoked boolean,
    limits jsonb, config text)
  ON CONFLICT (digest) DO NOTHING
  RETURNING id`;

export const INSERT_USAGE = `
  INSERT INTO usage_totals (key_id, accepted, refused, last_used_at)
  SELECT r.id, r.queries, 0, r.last_used_at
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, queries bigint, last_used_at timestamptz)
  WHERE $2::timestamptz IS NOT NULL
  ON CONFLICT (key_id) DO NOTHING`;

/** Once for a key: what its owner renewed here after an import must not be revoked again by the next one. */
export const REVOKE_KEYS = `
  UPDATE api_keys k SET revoked_at = $2::timestamptz, revoked_by = 'owner'
  FROM jsonb_to_recordset($1::jsonb) AS r(digest text)
  WHERE k.digest = decode(r.digest, 'hex') AND k.revoked_at IS NULL AND NOT EXISTS (
    SELECT FROM audit a WHERE a.key_id = k.id AND a.details ->> 'revokedInSource' = 'true')
  RETURNING k.id, k.owner_id`;
