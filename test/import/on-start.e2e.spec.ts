import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.js';
import { openDatabase } from '../../src/database/open-database.js';
import { ENTITIES } from '../../src/entities.js';
import { TestServer } from '../support/app.js';
import { EDGE_KEYS, LATER, readEdge } from '../support/old-program.js';

const TABLE = `CREATE TABLE api_tokens (api_key varchar NOT NULL PRIMARY KEY, name varchar, user_id varchar NOT NULL,
  user_login varchar, user_active boolean, is_active boolean, never_expire boolean, expiration_date timestamp,
  latest_query_date timestamp, total_queries integer, latest_sync_date timestamp, iam_roles json, config json,
  allowed_referers json)`;
const FILL = `INSERT INTO api_tokens SELECT api_key, name, user_id, user_login, user_active::boolean,
  is_active::boolean, never_expire::boolean, expiration_date, latest_query_date, total_queries, latest_sync_date,
  iam_roles::json, replace(replace(config, 'NaN', 'null'), 'Infinity', 'null')::json, allowed_referers::json
  FROM json_to_recordset($1) AS r(api_key text, name text, user_id text, user_login text, user_active integer,
  is_active integer, never_expire integer, expiration_date timestamp, latest_query_date timestamp,
  total_queries integer, latest_sync_date timestamp, iam_roles text, config text, allowed_referers text)`;
/** The old program's table in PostgreSQL has booleans. */
const LATER_THERE = LATER.replace(/is_active = ([01])/g, 'is_active = ($1 = 1)');

describe("a start that finds the predecessor's table in our own database", () => {
  let prepared: string;
  let settings: Record<string, string>;
  beforeAll(async () => {
    prepared = mkdtempSync(join(tmpdir(), 'apikm-'));
    const rows = await readEdge();
    await inDatabase(prepared, TABLE);
    await inDatabase(prepared, FILL, [JSON.stringify(rows)]);
  });
  afterAll(() => rmSync(prepared, { recursive: true, force: true }));
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'apikm-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    cpSync(prepared, folder, { recursive: true });
    settings = { APIKM_DATABASE_URL: `pglite:${folder}`, APIKM_LOG_LEVEL: 'info', APIKM_LOG_FORMAT: 'json' };
  });
  const inDatabase = async (folder: string, sql: string, parameters?: unknown[]): Promise<void> => {
    const { database } = parseConfig({ APIKM_DATABASE_URL: `pglite:${folder}` });
    const { source } = await openDatabase(database, ENTITIES);
    for (const statement of parameters ? [sql] : sql.split(/;\s*$/m))
      if (statement.trim()) await source.query(statement, parameters);
    await source.destroy();
  };
  const meanwhile = (sql: string) => inDatabase(settings.APIKM_DATABASE_URL!.slice('pglite:'.length), sql);
  const start = (more: Record<string, string> = {}): Promise<TestServer> =>
    TestServer.start({ ...settings, APIKM_IMPORT_ON_START: 'true', ...more });
  const said = (server: TestServer): string[] =>
    server.lines
      .map((line) => JSON.parse(line) as { context?: string; msg: string })
      .filter(({ context }) => context === 'Import')
      .map(({ msg }) => msg);

  it('stops with what to do, unless it may import', async () => {
    await expect(TestServer.start(settings)).rejects.toThrow(
      /^7 keys of the predecessor .* set APIKM_IMPORT_ON_START=true\.$/,
    );
  });

  it('imports it and says in the log what the command would say', async () => {
    const server = await start();
    expect(said(server)).toEqual([
      'Source our own database: 7 rows in api_tokens.',
      '  7 keys of 1 owner can be brought over:',
      '    5 live, 1 revoked, 1 expired, 0 of disabled owners',
      '  2 rows will be changed:',
      '    key "order" of "alice": config: the number 9223372036854775807 is answered as 9223372036854776000; config: the number 0.1234567890123456789 is answered as 0.12345678901234568',
      '    key "nul" of "alice": config: a NUL character was left out',
      'Done: 7 keys and 1 owner brought over.',
      '  0 keys and 0 owners were there already.',
      '  0 keys used through the old program since; its counts were added.',
      '  0 rows not taken, 0 of them live in the old program.',
    ]);
    expect((await server.check(EDGE_KEYS.live_then_extended_in_the_old_program!)).status).toBe(200);
  });

  it('takes over at the next start what the old program did since', async () => {
    await (await start()).stop();
    await meanwhile(LATER_THERE);
    const server = await start();
    expect(said(server)).toContain('    key "lost" of "alice": revoked');
    expect((await server.check(EDGE_KEYS.live_then_revoked_in_the_old_program!)).status).toBe(403);
    expect((await server.check(EDGE_KEYS.revoked_then_renewed_in_the_old_program!)).status).toBe(200);
  });

  it('warns of rows that it had to leave, though they are live in the old program', async () => {
    await meanwhile(`UPDATE api_tokens SET iam_roles = '{}' WHERE name IN ('short', 'expired')`);
    const server = await start();
    expect(said(server)).toContain(
      '    key "short" of "alice": iam_roles is not a list of strings (live in the old program)',
    );
    expect(said(server).at(-1)).toBe('1 row is live in the old program and could not be taken: see above.');
    expect((await server.check(EDGE_KEYS.live_config_NUL!)).status).toBe(200);
  });

  it('reads dates in the time zone that the settings name', async () => {
    const server = await start({ APIKM_IMPORT_TIMEZONE: 'Europe/Paris' });
    const { body } = await server.as('11111111-1111-4111-8111-111111111111', 'GET', '/auth/api_key/list');
    const ends = (body as { name: string; expiration_date: string }[]).map((row) => row.expiration_date);
    expect(ends).toContain('2031-01-02T02:04:05.678901');
  });
});
