import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockTable } from './statements.js';

export class WhenEndsWereSet1764610000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(lockTable('api_keys'));
    await runner.query('ALTER TABLE api_keys ADD COLUMN end_set_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE api_keys DROP COLUMN end_set_at');
  }
}
