import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { RealPostgres } from '../support/real-postgres.js';

const FIXTURES = new URL('../fixtures/predecessor/', import.meta.url);
const KEYS = JSON.parse(readFileSync(new URL('api_tokens.pg.keys.json', FIXTURES), 'utf8')) as Record<
  string,
  string
>;

describe("the predecessor's PostgreSQL database, imported by the command", () => {
  let old: RealPostgres;
  let url: string;
  beforeAll(async () => {
    old = await RealPostgres.start();
    const owner = new pg.Client({ connectionString: old.url });
    await owner.connect();
    // The dump names the role that its tables belong to.
    await owner.query('CREATE ROLE postgres SUPERUSER');
    await owner.end();
    old.load('postgres', new URL('api_tokens.pg.sql', FIXTURES).pathname);
    url = await freshDatabaseUrl();
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
  });
  afterAll(() => old.remove());

  const runOn = (database: string, ...options: string[]) => {
    const env = { ...process.env, APIKM_DATABASE_URL: database };
    return spawnSync(process.execPath, ['dist/import-keys.js', ...options], { env, encoding: 'utf8' });
  };
  const run = (...options: string[]) => runOn(url, '--from', old.url, ...options);

  const answers = async (): Promise<Record<string, number>> => {
    const server = await TestServer.start({ APIKM_DATABASE_URL: url });
    server.clock.advance((Date.parse('2026-11-24T00:00:00Z') - server.clock.now().getTime()) / 1000);
    const all = Object.entries(KEYS).map(async ([name, key]) => [name, (await server.check(key)).status]);
    const result = Object.fromEntries(await Promise.all(all)) as Record<string, number>;
    await server.stop();
    return result;
  };

  const LIVE = {
    k1_alice_first_renewed_2031: 200,
    k2_alice_second_never_expires: 200,
    k3_alice_third: 200,
    bob_key: 200,
    dave_key_user_deleted: 403,
  };

  it('keeps nothing of a dry run', async () => {
    const { status, stdout } = run('--dry-run');
    expect([status, stdout]).toEqual([0, expect.stringContaining('8')]);
    expect(Object.values(await answers())).toEqual([403, 403, 403, 403, 403]);
  });

  it('goes on working key for key', async () => {
    expect(run()).toMatchObject({ status: 0 });
    expect(await answers()).toEqual(LIVE);
  });

  const meanwhile = async (sql: string, parameters: unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: old.url });
    await client.connect();
    await client.query(sql, parameters);
    await client.end();
  };

  it('takes over a revocation made in the old program meanwhile, and nothing else', async () => {
    await meanwhile(
      `UPDATE api_tokens SET is_active = false WHERE api_key = encode(sha256($1::bytea), 'hex')`,
      [KEYS.bob_key],
    );
    const said = run('--dry-run')
      .stdout.split('\n')
      .filter((line) => line.endsWith(': revoked'));
    expect(said).toHaveLength(1);
    const { status, stdout } = run();
    expect([status, stdout]).toEqual([0, expect.stringContaining(said[0]!)]);
    expect(await answers()).toEqual({ ...LIVE, bob_key: 403 });
  });

  it('takes over a renewal to the microsecond, which a third run finds nothing to do about', async () => {
    await meanwhile(
      `UPDATE api_tokens SET is_active = true, expiration_date = '2032-01-01 00:00:00.123456'
       WHERE api_key = encode(sha256($1::bytea), 'hex')`,
      [KEYS.bob_key],
    );
    expect(run().stdout).toMatch(/: reactivated, renewed: ends 2032-01-01 00:00:00\.123456 UTC, before: /);
    expect(run().stdout).not.toMatch(/followed here|left as it is here/);
    expect(await answers()).toEqual(LIVE);
  });

  it('ends with 2 while a row that is live in the old program is left behind, and with 0 for others', async () => {
    await meanwhile(`INSERT INTO api_tokens (api_key, name, user_id, user_active, is_active, never_expire, iam_roles)
      VALUES (repeat('ab', 32), 'odd', 'somebody', true, true, true, '{}')`);
    for (const options of [['--dry-run'], []]) {
      const { status, stdout } = run(...options);
      expect([status, stdout]).toEqual([2, expect.stringContaining('key "odd" of "somebody": iam_roles')]);
    }
    await meanwhile(`UPDATE api_tokens SET is_active = false WHERE name = 'odd'`);
    expect(run().status).toBe(0);
    await meanwhile(`DELETE FROM api_tokens WHERE name = 'odd'`);
  });

  it('says in a sentence that our own database takes no changes', () => {
    const readOnly = `${url}?options=-c%20default_transaction_read_only=on`;
    const { status, stderr } = runOn(readOnly, '--from', old.url);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^Our own database: .*read-only.*\nNothing was imported.\n$/),
    ]);
  });

  it('is our own database where no other is named', () => {
    const { status, stdout } = runOn(old.url, '--dry-run');
    expect([status, stdout]).toEqual([0, expect.stringContaining('would have been: 8 keys')]);
  });

  it('ends with 1 when nothing is done, for whatever reason', () => {
    expect([run('--nonsense').status, run('--source-timezone', 'Mars').status]).toEqual([1, 1]);
  });

  it('says what is wrong with a source that is none, and changes nothing', async () => {
    const { status, stderr } = runOn(url, '--from', 'mysql://x');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/sqlite:.*postgresql:/s)]);
  });
});
