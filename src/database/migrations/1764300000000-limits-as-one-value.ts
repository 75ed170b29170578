import type { MigrationInterface, QueryRunner } from 'typeorm';

const KNOWN = `'{roles,audiences,scopes,allowedIps,allowedReferers,refererPolicy,allowKeyInUrl,rateLimit}'::text[]`;
const listOf = (name: string): string =>
  `CASE WHEN NEW.limits ? '${name}' THEN ARRAY(SELECT jsonb_array_elements_text(NEW.limits -> '${name}')) END`;

const UP = [
  `ALTER TABLE api_keys ADD COLUMN limits jsonb NOT NULL DEFAULT '{}', ADD COLUMN description text NOT NULL DEFAULT ''`,
  `CREATE FUNCTION api_keys_limits(key api_keys) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
      'roles', to_jsonb(key.roles), 'audiences', to_jsonb(key.audiences), 'scopes', to_jsonb(key.scopes),
      'allowedIps', to_jsonb(key.allowed_ips), 'allowedReferers', to_jsonb(key.allowed_referers),
      'refererPolicy', nullif(key.referer_policy, 'always'),
      'allowKeyInUrl', CASE WHEN NOT key.allow_key_in_url THEN false END, 'rateLimit', key.rate_limit)) $$`,
  // Builds of before write the columns, this one and those to come write limits: whichever was written counts.
  `CREATE FUNCTION api_keys_keep_limits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (TG_OP = 'INSERT' AND NEW.limits = '{}') OR (TG_OP = 'UPDATE' AND NEW.limits = OLD.limits) THEN
        NEW.limits := (NEW.limits - ${KNOWN}) || api_keys_limits(NEW);
      ELSE
        NEW.roles := ${listOf('roles')};
        NEW.audiences := ${listOf('audiences')};
        NEW.scopes := ${listOf('scopes')};
        NEW.allowed_ips := ${listOf('allowedIps')};
        NEW.allowed_referers := ${listOf('allowedReferers')};
        NEW.referer_policy := coalesce(NEW.limits ->> 'refererPolicy', 'always');
        NEW.allow_key_in_url := coalesce((NEW.limits ->> 'allowKeyInUrl')::boolean, true);
        NEW.rate_limit := NEW.limits ->> 'rateLimit';
      END IF;
      RETURN NEW;
    END $$`,
  `CREATE TRIGGER api_keys_keep_limits BEFORE INSERT OR UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION api_keys_keep_limits()`,
  `UPDATE api_keys key SET limits = limits WHERE api_keys_limits(key) <> '{}'`,
];

export class LimitsAsOneValue1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER api_keys_keep_limits ON api_keys');
    await runner.query('DROP FUNCTION api_keys_keep_limits');
    await runner.query('DROP FUNCTION api_keys_limits(api_keys)');
    await runner.query('ALTER TABLE api_keys DROP COLUMN limits, DROP COLUMN description');
  }
}
