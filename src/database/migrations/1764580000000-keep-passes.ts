import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepPasses1764580000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sync_state ADD COLUMN passes jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sync_state DROP COLUMN passes');
  }
}
