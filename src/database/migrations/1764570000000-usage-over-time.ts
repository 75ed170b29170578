import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockTable, runAll } from './statements.js';

const COUNTED = 'audience text NOT NULL, code text NOT NULL, count bigint NOT NULL';

/**
 * Use by hour, audience and outcome. What `usage` holds is moved by the chores of the server that leads, also what a build
 * of before still writes there.
 */
export class UsageOverTime1764570000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      `CREATE TABLE usage_hours (key_id text NOT NULL, hour timestamptz NOT NULL, ${COUNTED},
        CONSTRAINT usage_hours_pkey PRIMARY KEY (key_id, hour, audience, code)) PARTITION BY RANGE (hour)`,
      'CREATE TABLE usage_hours_rest PARTITION OF usage_hours DEFAULT',
      `CREATE TABLE usage_days (key_id text NOT NULL, day date NOT NULL, ${COUNTED},
        CONSTRAINT usage_days_pkey PRIMARY KEY (key_id, day, audience, code)) PARTITION BY RANGE (day)`,
      'CREATE TABLE usage_days_rest PARTITION OF usage_days DEFAULT',
      `CREATE TABLE usage_of_all (hour timestamptz NOT NULL, ${COUNTED},
        CONSTRAINT usage_of_all_pkey PRIMARY KEY (hour, audience, code))`,
      `ALTER TABLE usage_totals ADD COLUMN last_network text, ADD COLUMN last_agent text,
        ADD COLUMN last_carrier text, ADD COLUMN networks jsonb`,
      lockTable('api_keys'),
      'ALTER TABLE api_keys ADD COLUMN enabled_at timestamptz',
      `CREATE TABLE unused_notices (key_id text NOT NULL, noticed_at timestamptz NOT NULL,
        CONSTRAINT unused_notices_pkey PRIMARY KEY (key_id))`,
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      `INSERT INTO usage AS u (key_id, hour, accepted, refused)
        SELECT key_id, hour, coalesce(sum(count) FILTER (WHERE code = 'VALID'), 0),
          coalesce(sum(count) FILTER (WHERE code <> 'VALID'), 0)
        FROM (SELECT key_id, hour, code, count FROM usage_hours
          UNION ALL SELECT key_id, day::timestamp AT TIME ZONE 'UTC', code, count FROM usage_days) AS all_of_it
        GROUP BY key_id, hour
        ON CONFLICT (key_id, hour) DO UPDATE SET accepted = u.accepted + excluded.accepted,
          refused = u.refused + excluded.refused`,
      'DROP TABLE usage_hours, usage_days, usage_of_all, unused_notices',
      lockTable('api_keys'),
      'ALTER TABLE api_keys DROP COLUMN enabled_at',
      `ALTER TABLE usage_totals DROP COLUMN last_network, DROP COLUMN last_agent, DROP COLUMN last_carrier,
        DROP COLUMN networks`,
    ]);
  }
}
