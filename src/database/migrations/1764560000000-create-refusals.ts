import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The latest refusals of each key. */
export class CreateRefusals1764560000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE refusals (
      id bigint GENERATED ALWAYS AS IDENTITY, key_id text NOT NULL, at timestamptz NOT NULL, code text NOT NULL,
      audience text, network text, agent text, requirement text, count integer NOT NULL,
      CONSTRAINT refusals_pkey PRIMARY KEY (id))`);
    await runner.query('CREATE INDEX refusals_key_id_at ON refusals (key_id, at)');
    await runner.query('CREATE INDEX refusals_at ON refusals (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE refusals');
  }
}
