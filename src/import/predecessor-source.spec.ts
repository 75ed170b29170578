import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import initSqlJs from 'sql.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPredecessor } from './predecessor-source.js';

const FIXTURE = 'test/fixtures/predecessor/api_tokens.sqlite';
const EMPTY_SQLITE = new Uint8Array();

describe('the source of an import', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'apikm-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it.each([
    FIXTURE,
    `sqlite:${FIXTURE}`,
    `sqlite:///./${FIXTURE}`,
    `sqlite+pysqlite:///${FIXTURE}?timeout=5`,
  ])('is read from %s', async (from) => {
    const { rows, serverTimezone } = await readPredecessor(from);
    expect(rows).toHaveLength(8);
    expect(serverTimezone).toBeUndefined();
    expect(rows.find((row) => row.name === 'dave-key')).toMatchObject({
      user_active: 0,
      iam_roles: '[]',
      allowed_referers: 'null',
      latest_query_date: null,
    });
  });

  it('is taken from an absolute path in either spelling', async () => {
    const path = join(process.cwd(), FIXTURE);
    for (const from of [`sqlite:${path}`, `sqlite:///${path}`, `sqlite://${path}`]) {
      expect((await readPredecessor(from)).rows).toHaveLength(8);
    }
  });

  it.each(['mysql://u:hunter2@h/d', 'old.db', '', 'sqlite:'])('is told apart from "%s"', async (from) => {
    const refusal = readPredecessor(from);
    await expect(refusal).rejects.toThrow(/must be sqlite:FILE or postgresql:/);
    await expect(refusal).rejects.not.toThrow(/hunter2/);
  });

  it('is a file that exists', async () => {
    await expect(readPredecessor(`sqlite:${folder}/none.db`)).rejects.toThrow(/There is no file .*none\.db/);
    await expect(readPredecessor(`sqlite:${folder}`)).rejects.toThrow(/There is no file/);
  });

  it('names the column that another version of the predecessor lacks', async () => {
    const SQL = await initSqlJs();
    const database = new SQL.Database(readFileSync(FIXTURE));
    database.run('ALTER TABLE api_tokens DROP COLUMN allowed_referers');
    const path = file('before.db', database.export());
    await expect(readPredecessor(path)).rejects.toThrow(
      /another version .*\(no such column: allowed_referers\)/,
    );
  });

  it('is an SQLite database with the table', async () => {
    await expect(readPredecessor(`sqlite:${file('text.db', 'hello')}`)).rejects.toThrow(
      /not an SQLite database/,
    );
    await expect(readPredecessor(`sqlite:${file('empty.db', EMPTY_SQLITE)}`)).rejects.toThrow(
      /no table api_tokens/,
    );
  });

  it.each(['wal', 'journal'])('is refused while changes stand in its -%s file', async (kind) => {
    const path = file('busy.db', EMPTY_SQLITE);
    const beside = file(`busy.db-${kind}`, 'x');
    await expect(readPredecessor(`sqlite:${path}`)).rejects.toThrow(
      /The old program is writing to .*busy\.db\. Stop the old program, or try again/,
    );
    rmSync(beside);
  });

  it('is taken beside a journal that is done, as SQLite keeps it in some modes', async () => {
    const path = file('done.db', readFileSync(FIXTURE));
    file('done.db-journal', new Uint8Array(512));
    file('done.db-wal', EMPTY_SQLITE);
    expect((await readPredecessor(`sqlite:${path}`)).rows).toHaveLength(8);
  });

  it('says of a file that was copied half written what to do', async () => {
    const torn = readFileSync(FIXTURE).fill(0x5a, 4096);
    await expect(readPredecessor(`sqlite:${file('torn.db', torn)}`)).rejects.toThrow(
      /Stop the old program and try again/,
    );
  });

  it('that cannot be reached is named without the password', async () => {
    const refusal = readPredecessor('postgresql+psycopg2://me:hunter2@127.0.0.1:1/old');
    await expect(refusal).rejects.toThrow(/^postgresql:\/\/127\.0\.0\.1:1\/old: .*ECONNREFUSED/);
    await expect(refusal).rejects.not.toThrow(/hunter2/);
  });
});
