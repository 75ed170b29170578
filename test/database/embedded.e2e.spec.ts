import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedDatabase } from '../../src/database/embedded-database.js';

describe('the embedded database', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apikm-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('never mixes the transactions of two clients', async () => {
    const embedded = await EmbeddedDatabase.open(undefined);
    const source = await new DataSource({
      type: 'postgres',
      driver: embedded.driver,
      installExtensions: false,
    }).initialize();
    await source.query('CREATE TABLE t (id int)');
    const undone = source.transaction(async (manager) => {
      await manager.query('INSERT INTO t VALUES (1)');
      throw new Error('undo');
    });
    const [outcome] = await Promise.allSettled([undone, source.query('INSERT INTO t VALUES ($1)', [2])]);
    expect(outcome.status).toBe('rejected');
    expect(await source.query('SELECT id FROM t')).toEqual([{ id: 2 }]);
    await source.destroy();
  });

  it('gives bigint and bytea as node-postgres does', async () => {
    const embedded = await EmbeddedDatabase.open(undefined);
    const { rows } = await embedded.query(
      "SELECT 9007199254740993::bigint AS n, '\\x00ff'::bytea AS b, $1::text AS t",
      ['x'],
    );
    expect(rows).toEqual([{ n: '9007199254740993', b: Buffer.from([0, 255]), t: 'x' }]);
    await embedded.close();
  });

  it('refuses a folder that is in use, and opens it with its rows once it is free', async () => {
    const first = await EmbeddedDatabase.open(folder);
    await first.query('CREATE TABLE kept AS SELECT 7 AS n');
    await expect(EmbeddedDatabase.open(folder)).rejects.toThrow(/in use by another process/);
    await first.close();
    const second = await EmbeddedDatabase.open(folder);
    expect((await second.query('SELECT n FROM kept')).rows).toEqual([{ n: 7 }]);
    await second.close();
  });

  it('delivers notifications', async () => {
    const embedded = await EmbeddedDatabase.open(undefined);
    const heard: string[] = [];
    await embedded.listen('changes', (payload) => heard.push(payload));
    await embedded.query("SELECT pg_notify('changes', 'k:1')");
    await expect.poll(() => heard).toEqual(['k:1']);
    await embedded.close();
  });
});
