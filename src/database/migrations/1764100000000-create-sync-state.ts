import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE sync_state (
    id smallint NOT NULL, paused boolean NOT NULL DEFAULT false,
    requests integer NOT NULL DEFAULT 0, answered integer NOT NULL DEFAULT 0,
    mass_change_confirmed boolean NOT NULL DEFAULT false, succeeded_at timestamptz, last_pass jsonb,
    CONSTRAINT sync_state_pkey PRIMARY KEY (id))`,
  'INSERT INTO sync_state (id) VALUES (1)',
  `CREATE TABLE leader_beats (
    lock bigint NOT NULL, beat_at timestamptz NOT NULL, CONSTRAINT leader_beats_pkey PRIMARY KEY (lock))`,
];

export class CreateSyncState1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE leader_beats, sync_state');
  }
}
