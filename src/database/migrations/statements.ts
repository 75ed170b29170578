import type { QueryRunner } from 'typeorm';

/** Whoever comes to the table queues up behind a lock that is waited for: it is soon given up and tried again. */
export const lockTable = (name: string): string => `DO $$ BEGIN
    SET LOCAL lock_timeout = '40ms';
    LOOP
      BEGIN
        LOCK TABLE ${name};
        EXIT;
      EXCEPTION WHEN lock_not_available THEN
        PERFORM pg_sleep(0.5);
      END;
    END LOOP;
  END $$`;

export async function runAll(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await runner.query(statement);
}
