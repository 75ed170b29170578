import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaderLock } from '../../src/database/leader-lock.js';
import { UsageRetention } from '../../src/usage/usage-retention.js';
import { TestServer } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { total } from '../support/counted-load.js';
import { RotationScene } from '../support/rotation-scene.js';
import { waitFor } from '../support/wait-for.js';
import { writtenCounts } from '../support/written-counts.js';

const [OLD, NEW] = ['o'.repeat(40), 'n'.repeat(40)];
const LEADER_LOCK = 4_270_002;

/** What the chapter has in such a block, with the names of here. */
function documented(language: string, begin: string): string {
  const blocks = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^```(\w+)\n([^]*?)^```/gm)];
  const [, , text] = blocks.find(([, of, content]) => of === language && content!.startsWith(begin))!;
  return text!
    .replaceAll(/\bapikm(2?)\b(?!:)/g, 'manager$1')
    .replaceAll(/…|PASSWORD(?= ~)/g, 'second')
    .trim();
}

/** As docs/operations.md has it. */
describe('secrets that are changed one replica after another', () => {
  let scene: RotationScene;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-secrets-'));
    scene = await RotationScene.start(OLD);
  });
  afterAll(async () => {
    await scene?.stop();
    rmSync(folder, { recursive: true });
  });

  const places = () => scene.pair.urls as [string, string];

  const isKnown = async (browser: Browser, ...at: string[]): Promise<void> => {
    for (const place of at) expect((await browser.go(`${place}/v1/me`)).status).toBe(200);
  };

  /** But for what an extension brings. */
  const belongsToTheFirst = async (database: pg.Pool): Promise<void> => {
    const owners = `SELECT DISTINCT pg_get_userbyid(owner) AS owner FROM (
      SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace
      UNION SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      EXCEPT SELECT proowner FROM pg_proc WHERE proname = 'similarity') AS all_of (owner)`;
    expect((await database.query(owners)).rows).toEqual([{ owner: 'manager' }]);
  };

  it('of cookies: sessions of before and of now go on at both replicas', async () => {
    const before = new Browser(places()[0]);
    expect(await scene.logIn(before, ...places())).toBe(303);
    for (const secrets of [`${OLD},${NEW}`, `${NEW},${OLD}`, NEW])
      await scene.pair.change({ APIKM_COOKIE_SECRET: secrets }, async (changed, other) => {
        const now = new Browser(changed);
        expect(await scene.logIn(now, changed, other)).toBe(303);
        for (const browser of [now, before]) await isKnown(browser, changed, other, changed);
      });
    await isKnown(before, ...places());
  });

  it('of cookies: exports of before stay proven by their key, and the trail goes on from them', () => {
    const signed = (secret: string, name: string): string => {
      const args = ['--export', join(folder, name)];
      const { status, said } = scene.run({ APIKM_COOKIE_SECRET: secret }, 'audit-verify', ...args);
      expect(status).toBe(0);
      return /signed with the key (\S+)/.exec(said)![1]!;
    };
    const proof = (task: string, name: string, key: string) => {
      const args = [task, join(folder, name), '--public-key', key];
      return scene.run({ APIKM_COOKIE_SECRET: NEW! }, 'audit-verify', ...args).status;
    };
    const [before, after] = [signed(`${OLD},${NEW}`, 'before'), signed(`${NEW},${OLD}`, 'after')];
    expect([proof('--check', 'before', before), proof('--check', 'after', after)]).toEqual([0, 0]);
    expect(proof('--check', 'after', before)).toBe(1);
    expect(proof('--against', 'before', before)).toBe(0);
  });

  it('of the database: a second user does all that the first did, beside it and without it', async () => {
    const { admin, pair } = scene;
    await admin.query(documented('sql', 'CREATE ROLE apikm2'));
    await pair.change({ APIKM_DATABASE_URL: scene.url('manager2') }, async (changed, other) => {
      await scene.isFelt(changed, other);
      await scene.isFelt(other, changed);
    });
    await admin.query(documented('sql', 'ALTER ROLE apikm NOLOGIN'));
    const first = new pg.Client({ connectionString: scene.url('manager') });
    await expect(first.connect()).rejects.toThrow(/not permitted to log in/);
    const left = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'manager'`;
    await waitFor(async () => (await admin.query<{ count: number }>(left)).rows[0]!.count === 0);

    const written = total(await writtenCounts(admin));
    await waitFor(async () => total(await writtenCounts(admin)) > written);
    const [a, b] = places();
    await scene.isFelt(a, b);
    await scene.isFelt(b, a);
    expect(scene.run({ APIKM_DATABASE_URL: scene.url('manager2') }, 'migrate').status).toBe(0);
    await admin.query(`ALTER ROLE manager LOGIN`);
  });

  it('of the database: tables that either user makes are dropped by the other', async () => {
    const ago = (months: number): Date => {
      const now = new Date();
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months));
    };
    const partition = (months: number) =>
      `usage_hours_${ago(months).toISOString().slice(0, 7).replace('-', '_')}`;
    for (const [user, months] of [
      ['manager', 9],
      ['manager2', 6],
      ['manager', 3],
    ] as const) {
      const server = await TestServer.start({ APIKM_DATABASE_URL: scene.url(user) });
      await server.get(UsageRetention).run(ago(months));
      await server.stop();
    }
    const parts = `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'usage_hours'::regclass`;
    const names = (await scene.admin.query<{ name: string }>(parts)).rows.map(({ name }) => name);
    expect([9, 6, 3].map((months) => names.includes(partition(months)))).toEqual([false, false, true]);
    await belongsToTheFirst(scene.admin);
  });

  it('of the database: the second user makes the schema, and takes the lead from one that hangs', async () => {
    const settings = { APIKM_DATABASE_URL: scene.url('manager2', 'empty') };
    expect(scene.run(settings, 'migrate').status).toBe(0);
    const hanging = new pg.Pool({
      connectionString: settings.APIKM_DATABASE_URL,
      max: 1,
      idleTimeoutMillis: 0,
    });
    hanging.on('error', () => {});
    await belongsToTheFirst(hanging);
    await hanging.query(`SELECT pg_advisory_lock(${LEADER_LOCK})`);
    await hanging.query(`INSERT INTO leader_beats VALUES (${LEADER_LOCK}, now() - interval '1 minute')`);
    const server = await TestServer.start(settings);
    await waitFor(() => server.get(LeaderLock).lead(0));
    await hanging.end();
  });

  it('of the client: logins go on while both secrets are good, and one line says when one is not', async () => {
    const { keycloak, pair } = scene;
    keycloak.secret = ['second', 'first'];
    const tryBoth = async (changed: string, other: string): Promise<void> => {
      expect(await scene.logIn(new Browser(changed), changed, other)).toBe(303);
      expect(await scene.logIn(new Browser(other), other, changed)).toBe(303);
    };
    await pair.change({ APIKM_OIDC_CLIENT_SECRET: 'second' }, async (changed, other) => {
      await tryBoth(changed, other);
      keycloak.secret = 'second';
      for (let i = 0; i < 2; i += 1) expect(await scene.logIn(new Browser(other), changed, other)).toBe(503);
      const lines = pair.servers[1].output.split('\n').filter((line) => line.includes('ERROR: Ident'));
      expect(lines).toEqual([expect.stringMatching(/invalid_client.* to APIKM_OIDC_CLIENT_SECRET/)]);
      expect(await scene.logIn(new Browser(changed), other, changed)).toBe(303);
    });
    await tryBoth(...places());
  });

  it('of Redis: a second user is given to one replica after the other, and the first is no longer used', async () => {
    const { redis, pair } = scene;
    const command = documented('text', 'ACL SETUSER').split(' ').slice(1);
    await redis.client.call('ACL', ...command);
    const url = `redis://manager2:second@127.0.0.1:${redis.port}/0`;
    await pair.change({ APIKM_REDIS_URL: url }, (changed, other) => scene.isFelt(changed, other));
    const users = async () => {
      const clients = String(await redis.client.client('LIST'))
        .trim()
        .split('\n');
      const theirs = clients.filter(
        (line) => !line.includes(` id=${own} `) && !line.startsWith(`id=${own} `),
      );
      return [...new Set(theirs.map((line) => /user=(\w+)/.exec(line)![1]))];
    };
    const own = await redis.client.client('ID');
    await waitFor(async () => (await users()).join() === 'manager2');
    await scene.isFelt(...places());
    expect(await redis.client.call('ACL', 'LOG')).toEqual([]);
    for (const { output } of pair.servers) expect(output).not.toMatch(/Redis (?:is not|refuses)/);
  });

  it('and through all of it no verification fails and none goes uncounted', async () => {
    const { answered, failed, endedWith } = await scene.pair.end();
    expect(answered).toBeGreaterThan(1000);
    expect([failed, new Set(endedWith)]).toEqual([0, new Set([0])]);
    const load = `SELECT sum(accepted)::int AS count FROM usage_totals JOIN api_keys ON id = key_id WHERE name <> 'soon over'`;
    expect((await scene.admin.query(load)).rows).toEqual([{ count: answered }]);
  });
});
