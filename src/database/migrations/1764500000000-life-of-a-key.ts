import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockTable } from './statements.js';

const LOCK_KEYS = lockTable('api_keys');

const COLUMNS = {
  version: 'integer NOT NULL DEFAULT 1',
  roles_then: 'text[]',
  replaces: 'text',
  replaced_by: 'text',
  revoke_reason: 'text',
  disabled_by: 'text',
  used_after_end_at: 'timestamptz',
};

/** The two orders that a list can be read in whose value is not a column: as src/inventory/orders.ts asks for them. */
const NAME = "lower(coalesce(name, ''))";
const END = "(CASE WHEN never_expires THEN 'infinity'::timestamptz ELSE expires_at END)";

/** By owner for people, and of everybody for administrators. */
const INDEXES = {
  api_keys_owner_created: 'api_keys (owner_id, created_at, id)',
  api_keys_owner_name: `api_keys (owner_id, ${NAME}, id)`,
  api_keys_owner_end: `api_keys (owner_id, ${END}, id)`,
  api_keys_created: 'api_keys (created_at, id)',
  api_keys_name: `api_keys (${NAME}, id)`,
  api_keys_end: `api_keys (${END}, id)`,
  usage_totals_last_used: 'usage_totals (last_used_at, key_id)',
};

/** Parts of names and descriptions are found by it; where its extension can't be had, they are looked for one by one. */
const INDEX_TEXTS = `DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX IF NOT EXISTS api_keys_text ON api_keys USING gin ((coalesce(name, '') || ' ' || description) gin_trgm_ops);
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END $$`;

/** A key's version counts its changes, whoever makes them: two editors must not overwrite each other. */
export class LifeOfAKey1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = Object.entries(COLUMNS).map(([name, type]) => `ADD COLUMN ${name} ${type}`);
    await runner.query(LOCK_KEYS);
    await runner.query(`ALTER TABLE api_keys ${columns.join(', ')}`);
    await runner.query(`CREATE FUNCTION api_keys_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.version := OLD.version + 1;
        RETURN NEW;
      END $$`);
    await runner.query(`CREATE TRIGGER api_keys_count_version BEFORE UPDATE ON api_keys
      FOR EACH ROW EXECUTE FUNCTION api_keys_count_version()`);
    await runner.query(`CREATE TABLE idempotent_answers (
      id text NOT NULL, request text NOT NULL, sealed text, made_at timestamptz NOT NULL,
      CONSTRAINT idempotent_answers_pkey PRIMARY KEY (id))`);
    await runner.query('CREATE INDEX idempotent_answers_made_at ON idempotent_answers (made_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotent_answers');
    await runner.query(LOCK_KEYS);
    await runner.query('DROP TRIGGER api_keys_count_version ON api_keys');
    await runner.query('DROP FUNCTION api_keys_count_version');
    const columns = Object.keys(COLUMNS).map((name) => `DROP COLUMN ${name}`);
    await runner.query(`ALTER TABLE api_keys ${columns.join(', ')}`);
  }
}

/** Without a lock on what is changed meanwhile, and so each by itself; one that an attempt left half done is made anew. */
export class IndexLists1764500000001 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(INDEXES)) {
      await runner.query(`DROP INDEX IF EXISTS ${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${columns}`);
    }
    await runner.query(INDEX_TEXTS);
    // The first of the new ones does its work.
    await runner.query('DROP INDEX IF EXISTS api_keys_owner_id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX api_keys_owner_id ON api_keys (owner_id)');
    for (const name of [...Object.keys(INDEXES), 'api_keys_text'])
      await runner.query(`DROP INDEX IF EXISTS ${name}`);
  }
}
