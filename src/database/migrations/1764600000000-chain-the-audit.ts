import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockTable, runAll } from './statements.js';

// Three migrations, each committed by itself, so that changes are audited all the while. Nothing of it touches what a
// verification reads.

const LOCK_AUDIT = lockTable('audit');

/** What the hash is made of: the same text whatever the session's time zone. src/audit/chain.ts has it as well. */
const CONTENT = `CREATE FUNCTION audit_content(line audit) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT convert_to(jsonb_build_object(
      'number', line.number, 'id', line.id,
      'at', to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'action', line.action, 'actorId', line.actor_id, 'loginHash', encode(line.login_hash, 'hex'),
      'via', line.via, 'network', line.network, 'agent', line.agent,
      'ownerId', line.owner_id, 'keyId', line.key_id, 'details', line.details)::text, 'UTF8') $$`;

const CHAIN_BATCH = `CREATE FUNCTION audit_chain_batch(after text, most integer) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
      line audit;
      last_number bigint;
      last_hash bytea;
      last_id text;
    BEGIN
      SELECT number, hash INTO last_number, last_hash FROM audit
        WHERE number IS NOT NULL ORDER BY number DESC LIMIT 1;
      FOR line IN SELECT * FROM audit WHERE id > after AND number IS NULL ORDER BY id LIMIT most LOOP
        line.number := coalesce(last_number, 0) + 1;
        line.hash := sha256(coalesce(last_hash, '') || audit_content(line));
        UPDATE audit SET number = line.number, hash = line.hash WHERE id = line.id;
        last_number := line.number;
        last_hash := line.hash;
        last_id := line.id;
      END LOOP;
      RETURN last_id;
    END $$`;

/** Whoever adds a line, it is chained: what the writer says of number and hash counts for nothing. */
const CHAIN = `CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      last_number bigint;
      last_hash bytea;
    BEGIN
      PERFORM pg_advisory_xact_lock(4270003);
      SELECT number, hash INTO last_number, last_hash FROM audit ORDER BY number DESC LIMIT 1;
      NEW.number := coalesce(last_number, 0) + 1;
      NEW.hash := sha256(coalesce(last_hash, '') || audit_content(NEW));
      RETURN NEW;
    END $$`;

/** Chains what one statement of a change has recorded, once. */
const CHAIN_WAITING = `CREATE FUNCTION audit_chain_waiting(which bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE waiting audit_waiting;
    BEGIN
      DELETE FROM audit_waiting WHERE id = which RETURNING * INTO waiting;
      INSERT INTO audit (id, at, action, actor_id, owner_id, key_id, via, network, agent, login_hash, details)
        SELECT id, at, action, actor_id, owner_id, key_id, via, network, agent, waiting.login_hash, details
        FROM jsonb_to_recordset(waiting.lines) AS line (id text, at timestamptz, action text, actor_id text,
          owner_id text, key_id text, via text, network text, agent text, details jsonb);
    END $$`;

/** At the commit, so that nobody holds the chain's lock while he talks to us. */
const CHAIN_AT_COMMIT = `CREATE FUNCTION audit_chain_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM audit_chain_waiting(NEW.id);
      RETURN NULL;
    END $$`;

const REFUSE = `CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'Table % is append-only.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$`;

const INDEXES = ['owner_id', 'key_id', 'actor_id', 'action'].map(
  (column) => `CREATE INDEX IF NOT EXISTS audit_${column}_number ON audit (${column}, number)`,
);

/** Room for all that is to be known of a line. */
export class BeginAuditChain1764600000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_AUDIT,
      `ALTER TABLE audit ADD COLUMN number bigint, ADD COLUMN hash bytea, ADD COLUMN via text,
        ADD COLUMN network text, ADD COLUMN agent text, ADD COLUMN login_hash bytea`,
      'CREATE UNIQUE INDEX audit_number ON audit (number)',
      `CREATE TABLE audit_logins (
        hash bytea NOT NULL, salt bytea NOT NULL, owner_id text NOT NULL, login text NOT NULL,
        CONSTRAINT audit_logins_pkey PRIMARY KEY (hash))`,
      'CREATE INDEX audit_logins_owner_id ON audit_logins (owner_id)',
      // No line outlives its transaction here, so none can be lost with the table.
      `CREATE UNLOGGED TABLE audit_waiting (
        id bigint GENERATED ALWAYS AS IDENTITY, lines jsonb NOT NULL, login_hash bytea,
        CONSTRAINT audit_waiting_pkey PRIMARY KEY (id))`,
      CONTENT,
      CHAIN_BATCH,
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_AUDIT,
      'DROP FUNCTION audit_chain_batch',
      'DROP FUNCTION audit_content',
      'DROP TABLE audit_waiting, audit_logins',
      `ALTER TABLE audit DROP COLUMN number, DROP COLUMN hash, DROP COLUMN via, DROP COLUMN network,
        DROP COLUMN agent, DROP COLUMN login_hash`,
    ]);
  }
}

/** Numbers and hashes what was written before. Each batch and each index commits by itself. */
export class FillAuditChain1764600000001 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (let after: string | null = ''; after !== null;) {
      const [{ to }] = (await runner.query('SELECT audit_chain_batch($1, 5000) AS to', [after])) as [
        { to: string | null },
      ];
      after = to;
    }
    await runAll(runner, [
      ...INDEXES,
      'CREATE INDEX IF NOT EXISTS audit_at ON audit (at)',
      'DROP INDEX IF EXISTS audit_owner_id, audit_key_id',
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      'CREATE INDEX IF NOT EXISTS audit_owner_id ON audit (owner_id)',
      'CREATE INDEX IF NOT EXISTS audit_key_id ON audit (key_id)',
      `DROP INDEX IF EXISTS audit_owner_id_number, audit_key_id_number, audit_actor_id_number,
        audit_action_number, audit_at`,
    ]);
  }
}

/** From here on every line is chained as it is written, and none is ever written again. */
export class ChainTheAudit1764600000002 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_AUDIT,
      // Those that were written behind the batches.
      `SELECT audit_chain_batch('', NULL)`,
      'DROP FUNCTION audit_chain_batch',
      'ALTER TABLE audit ALTER COLUMN number SET NOT NULL, ALTER COLUMN hash SET NOT NULL',
      CHAIN,
      CHAIN_WAITING,
      CHAIN_AT_COMMIT,
      REFUSE,
      'CREATE TRIGGER audit_chain BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_chain()',
      `CREATE CONSTRAINT TRIGGER audit_chain_at_commit AFTER INSERT ON audit_waiting DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION audit_chain_at_commit()`,
      `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`,
      // Their deletion is a person's erasure.
      `CREATE TRIGGER audit_logins_append_only BEFORE UPDATE OR TRUNCATE ON audit_logins
        FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`,
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_AUDIT,
      'DROP TRIGGER audit_logins_append_only ON audit_logins',
      'DROP TRIGGER audit_append_only ON audit',
      'DROP TRIGGER audit_chain_at_commit ON audit_waiting',
      'DROP TRIGGER audit_chain ON audit',
      'DROP FUNCTION audit_refuse',
      'DROP FUNCTION audit_chain_at_commit',
      'DROP FUNCTION audit_chain_waiting',
      'DROP FUNCTION audit_chain',
      'ALTER TABLE audit ALTER COLUMN number DROP NOT NULL, ALTER COLUMN hash DROP NOT NULL',
      CHAIN_BATCH,
    ]);
  }
}
