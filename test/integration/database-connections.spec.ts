import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { TestServer } from '../support/app.js';
import { freshDatabaseUrl } from '../support/database-url.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { PgBouncer } from '../support/pgbouncer.js';
import { accountOf, RealPostgres } from '../support/real-postgres.js';

const lines: string[] = [];
afterEach(() => void lines.splice(0));

const open = async (url: string, settings: Record<string, string> = {}) =>
  openDatabase(parseConfig({ APIKM_DATABASE_URL: url, ...settings }).database, ENTITIES, (line) =>
    lines.push(line),
  );
const opens = async (url: string, settings?: Record<string, string>): Promise<string> => {
  try {
    const { source } = await open(url, settings);
    const [row] = await source.query<{ ssl: boolean }[]>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    await source.destroy();
    return row!.ssl ? 'with TLS' : 'without TLS';
  } catch (error) {
    return (error as Error).message;
  }
};
async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
const nameOf = (url: string): string => new URL(url).pathname.slice(1);

describe('TLS to PostgreSQL is as libpq has it:', () => {
  let plain: RealPostgres;
  let secure: RealPostgres;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-tls-'));
    const [cert, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    const subject = ['-subj', '/CN=db.example.org', '-addext', 'subjectAltName=DNS:db.example.org'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    spawnSync('openssl', [...made, '-keyout', key, '-out', cert]);
    if (process.getuid?.() === 0) {
      const { uid, gid } = accountOf('postgres');
      for (const path of [folder, cert, key]) chownSync(path, uid!, gid!);
    }
    chmodSync(key, 0o600);
    plain = await RealPostgres.start();
    secure = await RealPostgres.start('ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`);
  });
  afterAll(async () => {
    await plain.remove();
    await secure.remove();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['', 'without TLS', 'with TLS'],
    ['?sslmode=disable', 'without TLS', 'without TLS'],
    ['?sslmode=allow', 'without TLS', 'without TLS'],
    ['?sslmode=prefer', 'without TLS', 'with TLS'],
    ['?sslmode=require', 'does not support SSL', 'with TLS'],
    ['?sslmode=verify-ca&sslrootcert=CERT', 'does not support SSL', 'with TLS'],
    ['?sslmode=require&sslrootcert=CERT', 'does not support SSL', 'with TLS'],
    ['?sslmode=verify-full', 'does not support SSL', 'name the authority in sslrootcert'],
    ['?sslmode=verify-full&sslrootcert=CERT', 'does not support SSL', "the certificate is another host's"],
    ['?sslmode=verify-full&sslrootcert=/nowhere', 'the file named', 'the file named'],
  ])('%s', async (query, withoutTls, withTls) => {
    const at = (url: string) => opens(url + query.replace('CERT', join(folder, 'server.crt')));
    expect(await at(plain.url)).toContain(withoutTls);
    expect(await at(secure.url)).toContain(withTls);
  });
});

describe('of several hosts', () => {
  it('the first that takes changes is used, and another one when it is gone', async () => {
    const [first, second] = [await RealPostgres.start(), await RealPostgres.start()];
    try {
      await run(first.url, 'ALTER DATABASE postgres SET default_transaction_read_only = on');
      const url = `postgresql://apikm@127.0.0.1:1,127.0.0.1:${first.port},127.0.0.1:${second.port}/postgres`;
      const server = await TestServer.start({ APIKM_DATABASE_URL: url });
      await server.createKey();
      expect((await server.as(ALICE, 'GET', '/v1/keys')).status).toBe(200);
      await run(first.url, 'SET default_transaction_read_only = off', 'ALTER DATABASE postgres RESET ALL');
      await (await open(first.url)).source.destroy();
      await second.stop();
      await expect
        .poll(async () => (await server.as(ALICE, 'GET', '/v1/keys')).status, { timeout: 10_000 })
        .toBe(200);
      await second.resume();
      await server.stop();
    } finally {
      await first.remove();
      await second.remove();
    }
  });
});

describe('a database that sets how sessions behave', () => {
  it('changes nothing of what is read and written: dates, times, texts', async () => {
    const url = await freshDatabaseUrl();
    await run(
      url,
      `ALTER DATABASE ${nameOf(url)} SET datestyle = 'SQL, DMY'`,
      `ALTER DATABASE ${nameOf(url)} SET timezone = 'America/New_York'`,
      `ALTER DATABASE ${nameOf(url)} SET standard_conforming_strings = off`,
    );
    const server = await TestServer.start({ APIKM_DATABASE_URL: url });
    const { id, key } = await server.createKey();
    expect((await server.check(key)).status).toBe(200);
    const revoked = await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    server.clock.advance(60);
    const again = await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`);
    expect(again.body.revokedAt).toBe(revoked.body.revokedAt);
    const now = new Date(server.clock.millis()).toISOString().slice(0, 10);
    for (const name of ['createdAt', 'revokedAt']) expect(again.body[name]).toContain(now);
    await server.createKey();
    const { body } = await server.as(ALICE, 'GET', '/v1/keys?limit=1');
    const next = await server.as(ALICE, 'GET', `/v1/keys?limit=1&cursor=${body.nextCursor}`);
    expect([next.status, next.body.items]).toEqual([200, [expect.objectContaining({ id })]]);
    const list = await server.as(ALICE, 'GET', '/auth/api_key/list');
    expect(list.body).toHaveLength(2);
  });

  it('ends no migration by its time limits', async () => {
    const url = await freshDatabaseUrl();
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock(4270001)');
    await run(url, `ALTER DATABASE ${nameOf(url)} SET statement_timeout = 300`);
    const opening = opens(url);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await holder.end();
    expect(await opening).toBe('without TLS');
    expect(lines.join()).toContain('another replica');
  });
});

describe('behind PgBouncer in transaction mode', () => {
  let url: string;
  let bouncer: PgBouncer;
  afterEach(() => bouncer.stop());

  it.each([
    ['as it comes', []],
    ['that drops the time limit', ['ignore_startup_parameters = statement_timeout']],
    [
      'that drops it and has one connection',
      ['ignore_startup_parameters = statement_timeout', 'default_pool_size = 1'],
    ],
    ['that takes turns', ['ignore_startup_parameters = statement_timeout', 'server_round_robin = 1']],
  ])('%s, the direct address is demanded, and with it everything works', async (_, settings) => {
    url = await freshDatabaseUrl();
    bouncer = await PgBouncer.start(url, ...settings);
    expect(await opens(bouncer.url)).toMatch(
      /set APIKM_DATABASE_DIRECT_URL to the address of PostgreSQL itself/,
    );
    const server = await TestServer.start({
      APIKM_DATABASE_URL: bouncer.url,
      APIKM_DATABASE_DIRECT_URL: url,
      APIKM_VERIFY_FRESH: '0',
    });
    const { key } = await server.createKey();
    const checks = Array.from({ length: 50 }, () => server.check(key));
    expect((await Promise.all(checks)).filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('a direct address that leads to it, too, is refused', async () => {
    url = await freshDatabaseUrl();
    bouncer = await PgBouncer.start(url);
    const direct = { APIKM_DATABASE_DIRECT_URL: `${bouncer.url}?application_name=direct` };
    expect(await opens(bouncer.url, direct)).toContain(
      'APIKM_DATABASE_DIRECT_URL leads to a connection pooler',
    );
  });
});

describe('what keeps the program from its database is said with what to do:', () => {
  let url: string;
  beforeAll(async () => {
    url = await freshDatabaseUrl();
  });

  it('no such database', async () => {
    expect(await opens(`${url}x`)).toMatch(
      /database "test_\w+x" does not exist \(3D000\): make it: CREATE DATABASE/,
    );
  });

  it('an old schema that nobody may bring up to date', async () => {
    expect(await opens(url, { APIKM_MIGRATE_ON_START: 'false' })).toMatch(
      /The schema lacks \d+ migrations.*npm run migrate.*node dist\/migrate\.js/,
    );
  });

  it('a user who may not create tables', async () => {
    const user = `u${nameOf(url)}`;
    await run(url, `CREATE ROLE ${user} LOGIN`, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    expect(await opens(url.replace('//apikm@', `//${user}@`))).toMatch(
      /permission denied for schema public \(42501\): grant it .*GRANT USAGE, CREATE ON SCHEMA public/,
    );
    await run(url, `DROP ROLE ${user}`);
  });

  it('a schema of a later version: taken while it fits, refused when it does not', async () => {
    const fresh = await freshDatabaseUrl();
    await opens(fresh);
    lines.splice(0);
    const later =
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')";
    await run(fresh, later, 'ALTER TABLE owners ADD COLUMN news text');
    expect(await opens(fresh)).toBe('without TLS');
    expect(lines).toEqual([expect.stringMatching(/later version .*FromTheFuture.*so it starts/)]);
    await run(fresh, 'ALTER TABLE api_keys ADD COLUMN news text NOT NULL');
    expect(await opens(fresh)).toMatch(/FromTheFuture.* requires a value for api_keys\.news/);
    await run(
      fresh,
      'ALTER TABLE api_keys DROP COLUMN news',
      'ALTER TABLE api_keys RENAME COLUMN digest TO hash',
    );
    expect(await opens(fresh)).toMatch(/FromTheFuture.* it has no api_keys\.digest/);
  });
});
