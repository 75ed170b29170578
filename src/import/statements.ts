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

const exact = (instant: string): string =>
  `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** What we have of them, and had seen of them in the source. Locked, for what is decided of it must still hold then. */
export const SELECT_KNOWN = `
  SELECT encode(k.digest, 'hex') AS digest, k.id, k.owner_id, ${exact('k.expires_at')} AS expires_at,
    k.never_expires, k.revoked_at IS NOT NULL AS revoked,
    k.enabled AND coalesce(k.revoked_by, 'owner') = 'owner' AS as_imported,
    i.key_id IS NOT NULL AS is_seen, ${exact('i.expires_at')} AS seen_expires_at,
    i.never_expires AS seen_never_expires, i.revoked AS seen_revoked,
    i.queries AS seen_queries, coalesce(i.queries, u.accepted, 0) AS queries, ${exact('u.last_used_at')} AS last_used_at
  FROM jsonb_to_recordset($1::jsonb) AS r(digest text)
  JOIN api_keys k ON k.digest = decode(r.digest, 'hex')
  LEFT JOIN imported_keys i ON i.key_id = k.id
  LEFT JOIN usage_totals u ON u.key_id = k.id
  WHERE $2::timestamptz IS NOT NULL
  FOR UPDATE OF k`;

export const FOLLOW_KEYS = `
  UPDATE api_keys k SET expires_at = r.expires_at, never_expires = r.never_expires,
    revoked_at = CASE WHEN r.revoked THEN coalesce(k.revoked_at, $2::timestamptz) END,
    revoked_by = CASE WHEN r.revoked THEN coalesce(k.revoked_by, 'owner') END
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, expires_at timestamptz, never_expires boolean, revoked boolean)
  WHERE k.id = r.id`;

export const ADD_USAGE = `
  INSERT INTO usage_totals AS u (key_id, accepted, refused, last_used_at)
  SELECT r.id, r.queries, 0, r.last_used_at
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, queries bigint, last_used_at timestamptz)
  WHERE $2::timestamptz IS NOT NULL
  ON CONFLICT (key_id) DO UPDATE SET accepted = u.accepted + excluded.accepted,
    last_used_at = greatest(u.last_used_at, excluded.last_used_at)`;

export const REMEMBER_KEYS = `
  INSERT INTO imported_keys AS i (key_id, expires_at, never_expires, revoked, queries)
  SELECT r.id, r.expires_at, r.never_expires, r.revoked, r.queries
  FROM jsonb_to_recordset($1::jsonb)
    AS r(id text, expires_at timestamptz, never_expires boolean, revoked boolean, queries bigint)
  WHERE $2::timestamptz IS NOT NULL
  ON CONFLICT (key_id) DO UPDATE SET expires_at = excluded.expires_at, never_expires = excluded.never_expires,
    revoked = excluded.revoked, queries = excluded.queries`;
