import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A table of its own, so that keys are verified and changed all the while. */
const TABLE = `CREATE TABLE imported_keys (
    key_id text NOT NULL, expires_at timestamptz NOT NULL, never_expires boolean NOT NULL, revoked boolean NOT NULL,
    queries bigint, CONSTRAINT imported_keys_pkey PRIMARY KEY (key_id))`;

/** Keys of earlier imports that nobody changed since are as they were taken. */
const EARLIER = `
  INSERT INTO imported_keys (key_id, expires_at, never_expires, revoked)
  SELECT k.id, k.expires_at, k.never_expires, k.revoked_at IS NOT NULL
  FROM api_keys k
  WHERE k.format = 'imported' AND NOT EXISTS (
    SELECT FROM audit a WHERE a.key_id = k.id AND a.action IN ('key.renewed', 'key.revoked')
      AND a.details ->> 'revokedInSource' IS NULL)`;

export class RememberImports1764550000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(EARLIER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE imported_keys');
  }
}
