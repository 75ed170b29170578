import type { MigrationInterface, QueryRunner } from 'typeorm';
import { lockTable, runAll } from './statements.js';

// Three migrations, each committed by itself, so that keys are verified and changed all the while. Until the last one
// the column is `limits_begun`: a build that reads `limits` too early fails, rather than taking a key for unlimited.

const LOCK_KEYS = lockTable('api_keys');

const LIMITS_OF_COLUMNS = `CREATE FUNCTION api_keys_limits(key api_keys) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
      'roles', to_jsonb(key.roles), 'audiences', to_jsonb(key.audiences), 'scopes', to_jsonb(key.scopes),
      'allowedIps', to_jsonb(key.allowed_ips), 'allowedReferers', to_jsonb(key.allowed_referers),
      'refererPolicy', nullif(key.referer_policy, 'always'),
      'allowKeyInUrl', CASE WHEN NOT key.allow_key_in_url THEN false END, 'rateLimit', key.rate_limit)) $$`;

const KNOWN = `'{roles,audiences,scopes,allowedIps,allowedReferers,refererPolicy,allowKeyInUrl,rateLimit}'::text[]`;

/** Builds of before write the columns, this one and those to come write limits: whichever was written counts. */
function keepLimitsIn(column: 'limits_begun' | 'limits'): string {
  const limits = `NEW.${column}`;
  const listOf = (name: string): string =>
    `CASE WHEN ${limits} ? '${name}' THEN ARRAY(SELECT jsonb_array_elements_text(${limits} -> '${name}')) END`;
  return `CREATE OR REPLACE FUNCTION api_keys_keep_limits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (TG_OP = 'INSERT' AND ${limits} = '{}') OR (TG_OP = 'UPDATE' AND ${limits} = OLD.${column}) THEN
        ${limits} := (${limits} - ${KNOWN}) || api_keys_limits(NEW);
      ELSE
        NEW.roles := ${listOf('roles')};
        NEW.audiences := ${listOf('audiences')};
        NEW.scopes := ${listOf('scopes')};
        NEW.allowed_ips := ${listOf('allowedIps')};
        NEW.allowed_referers := ${listOf('allowedReferers')};
        NEW.referer_policy := coalesce(${limits} ->> 'refererPolicy', 'always');
        NEW.allow_key_in_url := coalesce((${limits} ->> 'allowKeyInUrl')::boolean, true);
        NEW.rate_limit := ${limits} ->> 'rateLimit';
      END IF;
      RETURN NEW;
    END $$`;
}

/** From here on whatever is written has its limits in the new column, too. */
export class BeginLimits1764300000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_KEYS,
      `ALTER TABLE api_keys ADD COLUMN limits_begun jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN description text NOT NULL DEFAULT ''`,
      LIMITS_OF_COLUMNS,
      keepLimitsIn('limits_begun'),
      `CREATE TRIGGER api_keys_keep_limits BEFORE INSERT OR UPDATE ON api_keys
        FOR EACH ROW EXECUTE FUNCTION api_keys_keep_limits()`,
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_KEYS,
      'DROP TRIGGER api_keys_keep_limits ON api_keys',
      'DROP FUNCTION api_keys_keep_limits',
      'DROP FUNCTION api_keys_limits(api_keys)',
      'ALTER TABLE api_keys DROP COLUMN limits_begun, DROP COLUMN description',
    ]);
  }
}

/** What was written before. Each batch commits by itself, so that no key is locked for long. */
export class FillLimits1764300000001 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (let from = ''; ;) {
      const [{ to }] = (await runner.query(
        'SELECT max(id) AS to FROM (SELECT id FROM api_keys WHERE id > $1 ORDER BY id LIMIT 5000) batch',
        [from],
      )) as [{ to: string | null }];
      if (to === null) return;
      await runner.query(
        `UPDATE api_keys key SET limits_begun = limits_begun
         WHERE id > $1 AND id <= $2 AND api_keys_limits(key) <> '{}'`,
        [from, to],
      );
      from = to;
    }
  }

  async down(): Promise<void> {}
}

/** Every key has its limits in the new column: now it may be read. */
export class LimitsAsOneValue1764300000002 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_KEYS,
      'ALTER TABLE api_keys RENAME COLUMN limits_begun TO limits',
      keepLimitsIn('limits'),
    ]);
  }

  down(runner: QueryRunner): Promise<void> {
    return runAll(runner, [
      LOCK_KEYS,
      'ALTER TABLE api_keys RENAME COLUMN limits TO limits_begun',
      keepLimitsIn('limits_begun'),
    ]);
  }
}
