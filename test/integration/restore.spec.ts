import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';
import { RealPostgres } from '../support/real-postgres.js';

interface Made {
  readonly id: string;
  readonly key: string;
}

/** The drill: a database saved, much that happened afterwards, the same database restored elsewhere. */
describe('a database restored from an earlier day', () => {
  let postgres: RealPostgres;
  let folder: string;
  const keys: Record<string, Made> = {};
  let url: (database: string) => string;
  const file = (name: string): string => join(folder, name);

  /** A program of the build, on this database. */
  const run = (database: string, program: string, ...args: string[]) => {
    const settings = {
      APIKM_DATABASE_URL: url(database),
      APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:9',
      APIKM_OIDC_REALM: 'apikeys',
      APIKM_OIDC_CLIENT_ID: 'apikey-manager',
      APIKM_OIDC_CLIENT_SECRET: 'secret',
      APIKM_COOKIE_SECRET: 'a-secret-that-signs-what-is-exported',
    };
    const env = { PATH: process.env.PATH, ...settings };
    const { status, stdout, stderr } = spawnSync(process.execPath, [`dist/${program}.js`, ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  beforeAll(async () => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'apikm-restore-'));
    postgres = await RealPostgres.start();
    url = (database) => postgres.url.replace(/\/postgres$/, `/${database}`);
    const admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    for (const name of ['live', 'restored']) await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();

    const server = await TestServer.start({ APIKM_DATABASE_URL: url('live') });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    const act = async (key: Made, path: string, body: object = {}, method = 'POST') =>
      expect((await server.as(ALICE, method, `/v1/keys/${key.id}${path}`, body)).status).toBeLessThan(300);
    for (const name of ['kept', 'revoked', 'disabled', 'renewed', 'replaced', 'narrowed'])
      keys[name] = await server.createKey({ name });
    keys.erased = await server.createKey({ name: 'of somebody who is erased' }, BOB);
    expect(run('live', 'audit-verify', '--export', file('too-early')).status).toBe(0);
    await act(keys.kept!, '', { description: 'before' }, 'PATCH');
    postgres.dump('live', file('dump'));

    await act(keys.revoked!, '/revoke', { reason: 'found in a repository' });
    await act(keys.disabled!, '', { enabled: false }, 'PATCH');
    await act(keys.renewed!, '/revoke');
    await act(keys.renewed!, '/renew', { ttlHours: 24 });
    await act(keys.replaced!, '/rotate', { overlapHours: 0 });
    await act(keys.narrowed!, '', { audiences: ['maps'] }, 'PATCH');
    keys.later = await server.createKey({ name: 'made afterwards' });
    const erased = await server.as('admin', 'POST', `/v1/admin/owners/${BOB}/erase`, {});
    expect(erased.status).toBeLessThan(300);
    expect(run('live', 'audit-verify', '--export', file('export')).status).toBe(0);
    await server.stop();
    postgres.load('restored', file('dump'));
  });
  afterAll(async () => {
    await postgres.remove();
    rmSync(folder, { recursive: true });
  });

  it('is left alone by an export that is older than it', () => {
    const { status, stderr } = run('restored', 'keys', 'replay', '--from', file('too-early'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('take a later one')]);
  });

  it('is left alone by a file that is no whole export', () => {
    const { status, stderr } = run('restored', 'keys', 'replay', '--from', file('dump'));
    expect([status, stderr]).toEqual([1, expect.stringContaining('not part of an export')]);
  });

  it('revives no key once the audit is replayed, which says what it leaves to others', async () => {
    const { status, stdout, stderr } = run('restored', 'keys', 'replay', '--from', file('export'));
    expect(status).toBe(1);
    for (const [name, done] of [
      ['revoked', 'revoked'],
      ['disabled', 'switched off'],
      ['replaced', 'revoked'],
    ])
      expect(stdout).toContain(`${keys[name!]!.id}: ${done}\n`);
    expect(stdout).toContain('Erased');
    expect(stderr).toBe(
      `${keys.narrowed!.id}: not done. It was changed later (audiences): its owner has to do that again.\n`,
    );
    expect(run('restored', 'audit-verify').status).toBe(0);

    const server = await TestServer.start({ APIKM_DATABASE_URL: url('restored') });
    const codes = await Promise.all(
      Object.entries(keys).map(async ([name, { key }]) => [name, (await server.check(key)).status]),
    );
    expect(Object.fromEntries(codes)).toEqual({
      ...{ kept: 200, renewed: 200, narrowed: 200 },
      ...{ revoked: 403, disabled: 403, replaced: 403, erased: 403, later: 403 },
    });
    const record = (await server.as(ALICE, 'GET', `/v1/keys/${keys.revoked!.id}`)).body;
    expect(record).toMatchObject({ state: 'revoked', revokeReason: 'restored: found in a repository' });
  });

  it('is left as it is by a second time', () => {
    const { stdout } = run('restored', 'keys', 'replay', '--from', file('export'));
    expect(stdout).not.toContain('key_');
  });
});
