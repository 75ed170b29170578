import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltServer } from '../support/built-server.js';
import { CountedLoad, total } from '../support/counted-load.js';
import type { KnownKey } from '../support/counted-load.js';
import { ALICE, KeycloakStandIn } from '../support/keycloak-stand-in.js';
import { olderBuild } from '../support/older-build.js';
import { RealPostgres } from '../support/real-postgres.js';
import { waitFor } from '../support/wait-for.js';

/** The last commit before usage over time: its counts are in other tables, and four migrations came later. */
const OLDER = '45568d2';
const KEYS = 10;

interface Made {
  readonly id: string;
  readonly key: string;
}

describe('replicas of an older build and of this one', () => {
  let keycloak: KeycloakStandIn;
  let postgres: RealPostgres;
  let database: pg.Pool;
  let folder: string;
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    folder = olderBuild(OLDER);
    keycloak = await KeycloakStandIn.start();
    postgres = await RealPostgres.start();
    database = new pg.Pool({ connectionString: postgres.url });
  });
  afterAll(async () => {
    await database.end();
    await postgres.remove();
    await keycloak.stop();
  });

  const start = (of?: string): Promise<BuiltServer> =>
    BuiltServer.start(
      {
        APIKM_DATABASE_URL: postgres.url,
        APIKM_OIDC_ENDPOINT: keycloak.url,
        APIKM_RATE_LIMIT: '',
        APIKM_USAGE_FLUSH_MS: '200',
        APIKM_LOG_LEVEL: 'info',
      },
      of,
    );

  async function as(server: BuiltServer, path: string, body: object): Promise<Made> {
    const answer = await fetch(`${server.url}/v1/keys${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await keycloak.accessToken(ALICE)}`,
      },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as Made;
  }

  const statusAt = async (server: BuiltServer, { key }: Made): Promise<number> =>
    (await fetch(`${server.url}/auth/check_key`, { headers: { 'x-api-key': key } })).status;

  const moreAnswers = (load: CountedLoad): Promise<void> => {
    const wanted = load.times.length + 150;
    return waitFor(() => load.times.length >= wanted);
  };

  it('stand side by side on one schema, no verification failing and none uncounted', async () => {
    const old = [await start(folder), await start(folder)];
    const known: KnownKey[] = [];
    for (let i = 0; i < KEYS; i += 1)
      known.push({ ...(await as(old[0]!, '', { name: `key ${i}` })), code: 'VALID' });
    const revoked = await as(old[0]!, '', { name: 'over' });
    await as(old[0]!, `/${revoked.id}/revoke`, {});
    known.push({ ...revoked, code: 'REVOKED' });
    const before = new CountedLoad(
      old.map(({ url }) => url),
      known,
    );
    await moreAnswers(before);
    const own = await start();
    const beside = new CountedLoad([own.url], known);
    await Promise.all([moreAnswers(before), moreAnswers(beside)]);

    for (const [here, there] of [
      [old[0]!, own],
      [own, old[0]!],
    ] as const) {
      const made = await as(here, '', { name: 'made beside' });
      expect([await statusAt(here, made), await statusAt(there, made)]).toEqual([200, 200]);
      await as(here, `/${made.id}/revoke`, {});
      await waitFor(async () => (await statusAt(there, made)) === 403);
    }

    await Promise.all([before.stop(), beside.stop()]);
    for (const load of [before, beside]) expect([load.unanswered.size, load.undecided]).toEqual([0, 0]);
    for (const server of [...old, own]) expect(await server.end('SIGTERM')).toBe(0);
    const counted = `SELECT sum(accepted + refused)::int AS count FROM usage_totals WHERE key_id = ANY($1)`;
    const { rows } = await database.query<{ count: number }>(counted, [known.map(({ id }) => id)]);
    expect(rows[0]!.count).toBe(total(before.answered) + total(beside.answered));
  });

  it('may be gone back to: the older build starts on the new schema and knows the keys made there', async () => {
    const own = await start();
    const made = await as(own, '', { name: 'of the new build' });
    await own.end('SIGTERM');
    const older = await start(folder);
    expect(older.output).toContain('Everything that this version needs is there');
    expect(await statusAt(older, made)).toBe(200);
    expect((await as(older, '', { name: 'of the older one' })).key).toMatch(/^akm_/);
    await older.end('SIGTERM');
  });
});

describe('upgrade:check', () => {
  const ask = (settings: Record<string, string>, ...args: string[]) => {
    const env = { PATH: process.env.PATH, ...settings };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/upgrade-check.js', ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };

  it('names the migrations to come, and applies none', async () => {
    const postgres = await RealPostgres.start();
    try {
      const { status, said } = ask({ APIKM_DATABASE_URL: postgres.url }, '--from', '1.0.0');
      expect([status, said]).toEqual([0, expect.stringContaining('CreateSchema1764000000000')]);
      const database = new pg.Client({ connectionString: postgres.url });
      await database.connect();
      const tables = `SELECT count(*)::int AS count FROM pg_tables WHERE schemaname = 'public'`;
      expect((await database.query(tables)).rows).toEqual([{ count: 0 }]);
      await database.end();
    } finally {
      await postgres.remove();
    }
  });

  it.each([
    ['the predecessor', {}, ['--from', 'predecessor'], 3, 'docs/moving-over.md'],
    ['a setting that is wrong', { APIKM_PORT: 'http' }, ['--from', '1.0.0'], 1, 'APIKM_PORT'],
    [
      'a database that is away',
      { APIKM_DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' },
      ['--from', '1.0.0'],
      1,
      'could not be opened',
    ],
    ['a version that it does not know', {}, ['--from', '9.0.0'], 2, 'Known are 1.0.0'],
    ['not a version', {}, [], 2, '--from is missing'],
    ['another option', {}, ['--to', '1.0.0'], 2, '--to'],
  ])('answers %s by its exit code and in words', (_, settings, args, status, words) => {
    expect(ask(settings as Record<string, string>, ...args)).toEqual({
      status,
      said: expect.stringContaining(words),
    });
  });
});
