import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the leader sees of Keycloak, for every replica to say. */
export class ReportOnKeycloak1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sync_state ADD COLUMN report jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sync_state DROP COLUMN report`);
  }
}
