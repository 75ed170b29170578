import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { AuditService } from '../../src/audit/audit.service.js';
import { verifyChain } from '../../src/audit/verify.js';
import { Changes } from '../../src/changes/changes.js';
import type { Actor } from '../../src/changes/changes.js';
import { TestServer } from '../support/app.js';
import { itProvesTheTrail } from '../support/audit-guarantees.js';
import { freshDatabaseUrl } from '../support/database-url.js';

const BY: Actor = { id: 'someone', login: 'zoë', via: 'token', network: null, agent: 'curl' };

itProvesTheTrail();

describe('the trail of two replicas and a build of before', () => {
  let replicas: TestServer[];
  let database: pg.Client;
  let url: string;
  beforeAll(async () => {
    url = await freshDatabaseUrl();
    replicas = [];
    for (let i = 0; i < 2; i += 1) replicas.push(await TestServer.start({ APIKM_DATABASE_URL: url }));
    database = new pg.Client({ connectionString: url });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    for (const replica of replicas) await replica.stop();
  });

  const rows = async () => (await verifyChain(replicas[0]!.get(DataSource))).rows;
  const make = (server: TestServer, work: () => Promise<void>, lines = 1) =>
    server.get(Changes).make(async (tx) => {
      await tx.record(...Array.from({ length: lines }, () => ({ action: 'key.created' }) as const));
      await work();
    }, BY);
  const oldInsert = (client: pg.Client) =>
    client.query("INSERT INTO audit (id, at, action) VALUES (gen_random_uuid()::text, now(), 'key.renewed')");

  it('has no gap, whoever writes at once and whatever of it fails or loses its connection', async () => {
    const before = await rows();
    const old = new pg.Client({ connectionString: url });
    await old.connect();
    const lost = new pg.Client({ connectionString: url });
    lost.on('error', () => {});
    await lost.connect();
    await lost.query('BEGIN');
    await oldInsert(lost);
    const changes = replicas.flatMap((server) =>
      Array.from({ length: 50 }, (_, i) =>
        make(server, async () => {
          if (i % 5 === 0) throw new Error('no');
        }).catch(() => undefined),
      ),
    );
    const { pid } = (
      await database.query<{ pid: number }>(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4270003 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      )
    ).rows[0]!;
    await database.query('SELECT pg_terminate_backend($1)', [pid]);
    for (let i = 0; i < 20; i += 1) await oldInsert(old);
    await Promise.all(changes);
    await old.end();
    expect(await rows()).toBe(before + 80n + 20n);
  });

  it('is held by nobody before the commit: who hangs in the midst of a change stops no other', async () => {
    let goOn = (): void => {};
    let begun = (): void => {};
    const isBegun = new Promise<void>((resolve) => (begun = resolve));
    const hanging = make(replicas[0]!, () => {
      begun();
      return new Promise<void>((resolve) => (goOn = resolve));
    });
    await isBegun;
    const before = await rows();
    await make(replicas[1]!, async () => {});
    expect(await rows()).toBe(before + 1n);
    goOn();
    await hanging;
    expect(await rows()).toBe(before + 2n);
  });

  it('takes a hundred thousand lines of one change, each step within the time that a statement has', async () => {
    const before = await rows();
    await replicas[0]!.get(Changes).make(async (tx) => {
      for (let i = 0; i < 100; i += 1)
        await tx.record(
          ...Array.from(
            { length: 1000 },
            (_, j) => ({ action: 'key.imported', keyId: `${i}-${j}` }) as const,
          ),
        );
    }, BY);
    expect(await rows()).toBe(before + 100_000n);
  });

  it('is not written where the change fails, nor the change where a line can not be written', async () => {
    const before = await rows();
    await database.query(`ALTER TABLE audit ADD CONSTRAINT none CHECK (key_id <> 'refused')`);
    const source = replicas[0]!.get(DataSource);
    await source.query("INSERT INTO owners (id, created_at) VALUES ('w', now())");
    const change = replicas[0]!.get(Changes).make(async (tx) => {
      await tx.manager.query("UPDATE owners SET name = 'changed' WHERE id = 'w'");
      await tx.record({ action: 'key.created', keyId: 'refused' });
    });
    await expect(change).rejects.toMatchObject({ code: '23514' });
    expect(await source.query("SELECT name FROM owners WHERE id = 'w'")).toEqual([{ name: null }]);
    expect(await rows()).toBe(before);
  });
});

describe('npm run audit:verify', () => {
  let folder: string;
  let url: string;
  let server: TestServer;
  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'apikm-audit-'));
    url = await freshDatabaseUrl();
    server = await TestServer.start({ APIKM_DATABASE_URL: url });
    await change(3);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  const change = (lines: number) =>
    server.get(Changes).make(async (tx) => {
      for (let i = 0; i < lines; i += 1)
        await tx.record({ action: 'key.created', keyId: `\u2028\r\n${i}`, details: { n: 1.5e300 } });
    }, BY);
  const owner = (...statements: string[]) =>
    server.get(DataSource).transaction(async (manager) => {
      for (const statement of ['SET LOCAL session_replication_role = replica', ...statements])
        await manager.query(statement);
    });
  const run = (...options: string[]) => {
    const env = {
      ...process.env,
      APIKM_DATABASE_URL: url,
      APIKM_COOKIE_SECRET: 'a-secret-of-this-very-test-0123456789',
    };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../../dist/audit-verify.js'), ...options],
      { cwd: folder, env, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };
  const file = (name: string) => join(folder, name);
  const edited = (name: string, edit: (lines: string[]) => string[]) => {
    const lines = readFileSync(file('trail'), 'utf8').trimEnd().split('\n');
    writeFileSync(
      file(name),
      edit(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return run('--check', name);
  };

  it('says how many lines are whole', () => {
    expect(run()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^3 lines are whole; the last hash is [\da-f]{64}\.\n$/),
    });
  });

  it('exports all of it, signed, for its owner alone, and never over an earlier export', () => {
    expect(run('--export', 'trail')).toMatchObject({ status: 0, stdout: '' });
    expect(statSync(file('trail')).mode & 0o777).toBe(0o600);
    expect(run('--export', 'trail').status).toBe(2);
    expect(run('--export').stdout).toBe(readFileSync(file('trail'), 'utf8'));
    const [first] = readFileSync(file('trail'), 'utf8').split('\n');
    const { content, ...line } = JSON.parse(first!) as Record<string, string>;
    expect(line).toEqual({
      number: 1,
      hash: expect.stringMatching(/^[\da-f]{64}$/),
      login: 'zoë',
      salt: expect.any(String),
    });
    expect(JSON.parse(content!)).toMatchObject({
      number: 1,
      action: 'key.created',
      actorId: 'someone',
      via: 'token',
      agent: 'curl',
    });
  });

  it('checks an export without database and settings', () => {
    const { status, stdout } = run('--check', 'trail');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^3 lines are whole;[^]*Signed with the key \S+\n$/),
    ]);
    const key = stdout.trimEnd().split(' ').at(-1)!;
    expect(run('--check', 'trail', '--public-key', key).status).toBe(0);
    expect(run('--check', 'trail', '--public-key', `${key}x`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('another key'),
    });
  });

  it.each<[string, RegExp, (lines: string[]) => string[]]>([
    [
      'a word of a line was changed',
      /Line 2 was changed/,
      (lines) => lines.map((line, i) => (i === 1 ? line.replace('curl', 'wget') : line)),
    ],
    [
      'a login was changed',
      /Line 3: the login/,
      (lines) => lines.map((line, i) => (i === 2 ? line.replace('zoë', 'joe') : line)),
    ],
    [
      'a login was taken out',
      /does not match the lines before it/,
      (lines) => lines.map((line, i) => (i === 2 ? line.replace('"login":"zoë"', '"other":1') : line)),
    ],
    ['a line was taken out', /Line 2 is missing/, (lines) => lines.filter((_, i) => i !== 1)],
    [
      'the last line of the trail was taken out',
      /does not match the lines before it/,
      (lines) => lines.filter((_, i) => i !== 2),
    ],
    ['its end was cut off', /cut off/, (lines) => lines.slice(0, 3)],
    [
      'its signature is another',
      /signature/,
      (lines) => lines.map((line) => line.replace(/"signature":"..../, '"signature":"AAAA')),
    ],
    ['it is none', /cut off, or/, () => ['hello']],
    ['it is empty', /cut off/, () => []],
  ])('refuses an export of which %s', (what, found, edit) => {
    expect(edited(what.replaceAll(' ', '-'), edit)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(found),
    });
  });

  it('finds by an earlier export that the end was dropped, or all of it written anew', async () => {
    expect(run('--against', 'trail').status).toBe(0);
    await change(1);
    expect(run('--against', 'trail').status).toBe(0);
    await owner('DELETE FROM audit WHERE number > 2');
    expect(run().status).toBe(0);
    expect(run('--against', 'trail')).toMatchObject({ status: 1, stderr: 'Line 3 is missing.\n' });
    await change(2);
    expect(run().status).toBe(0);
    expect(run('--against', 'trail')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('rewritten'),
    });
  });

  it('goes on being whole when a person is erased, and says of how many lines', async () => {
    await server.get(AuditService).eraseLogins(server.get(DataSource).manager, 'someone');
    expect(run()).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('The login was erased in 4 of them.'),
    });
  });

  it('names the first broken line and ends with 1, exporting nothing that could be taken for whole', async () => {
    await owner(`UPDATE audit SET agent = 'x' WHERE number = 2`);
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Line 2 was changed/) });
    expect(run('--export')).toMatchObject({ status: 1, stdout: '' });
  });

  it.each([['--no-such'], ['stray'], ['--check', 'trail', '--export'], ['--public-key', 'x']])(
    'ends with 2 for wrong options: %s',
    (...options) => {
      expect(run(...options).status).toBe(2);
    },
  );
});
