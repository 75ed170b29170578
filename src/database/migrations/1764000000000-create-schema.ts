import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE owners (
    id text NOT NULL, login text, name text, enabled boolean NOT NULL DEFAULT true,
    roles text[] NOT NULL DEFAULT '{}', groups text[] NOT NULL DEFAULT '{}', attributes jsonb NOT NULL DEFAULT '{}',
    rights_read_at timestamptz, created_at timestamptz NOT NULL, CONSTRAINT owners_pkey PRIMARY KEY (id))`,
  `CREATE TABLE api_keys (
    id text NOT NULL, digest bytea NOT NULL, owner_id text NOT NULL, name text, hint text, format text NOT NULL,
    created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, never_expires boolean NOT NULL DEFAULT false,
    enabled boolean NOT NULL DEFAULT true, revoked_at timestamptz, revoked_by text,
    roles text[], audiences text[], scopes text[], allowed_ips text[], allowed_referers text[],
    referer_policy text NOT NULL DEFAULT 'always', allow_key_in_url boolean NOT NULL DEFAULT true, rate_limit text,
    config json NOT NULL DEFAULT '{}', CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES owners (id))`,
  'CREATE UNIQUE INDEX api_keys_digest_unique ON api_keys (digest)',
  'CREATE INDEX api_keys_owner_id ON api_keys (owner_id)',
  `CREATE TABLE audit (
    id text NOT NULL, at timestamptz NOT NULL, action text NOT NULL, actor_id text, owner_id text, key_id text,
    details jsonb NOT NULL DEFAULT '{}', CONSTRAINT audit_pkey PRIMARY KEY (id))`,
  'CREATE INDEX audit_owner_id ON audit (owner_id)',
  'CREATE INDEX audit_key_id ON audit (key_id)',
  `CREATE TABLE usage (
    key_id text NOT NULL, hour timestamptz NOT NULL, accepted bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0, CONSTRAINT usage_pkey PRIMARY KEY (key_id, hour))`,
  `CREATE TABLE usage_totals (
    key_id text NOT NULL, accepted bigint NOT NULL DEFAULT 0, refused bigint NOT NULL DEFAULT 0,
    last_used_at timestamptz, CONSTRAINT usage_totals_pkey PRIMARY KEY (key_id))`,
  `CREATE TABLE sessions (
    sid varchar NOT NULL, sess json NOT NULL, expire timestamptz NOT NULL, CONSTRAINT sessions_pkey PRIMARY KEY (sid))`,
  'CREATE INDEX sessions_expire ON sessions (expire)',
];

export class CreateSchema1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sessions, usage_totals, usage, audit, api_keys, owners');
  }
}
