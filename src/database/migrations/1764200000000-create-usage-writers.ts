import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsageWriters1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE usage_writers (
      id text NOT NULL, batch integer NOT NULL, written_at timestamptz NOT NULL,
      CONSTRAINT usage_writers_pkey PRIMARY KEY (id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE usage_writers');
  }
}
