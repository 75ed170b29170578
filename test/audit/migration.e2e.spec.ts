import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/audit/verify.js';
import { testDatabase } from '../support/database.js';

/** As a build of before writes it. */
const line = (id: string): string =>
  `INSERT INTO audit (id, at, action, actor_id, owner_id, key_id, details)
   VALUES ('${id}', now(), 'key.created', 'u', 'u', 'k', '{"enabled": true}')`;

const inOrder = async (source: DataSource): Promise<string[]> =>
  (await source.query<{ id: string }[]>('SELECT id FROM audit ORDER BY number')).map(({ id }) => id);

const placeOf = ({ migrations }: DataSource, name: string): number =>
  migrations.findIndex((migration) => migration.constructor.name.startsWith(name));

/** Undoes the migration of this name, and all that came after it. */
async function undo(source: DataSource, name: string): Promise<void> {
  const steps = source.migrations.length - placeOf(source, name);
  for (let step = 0; step < steps; step += 1) await source.undoLastMigration();
}

/** The schema before a migration; undoing takes less time than an engine with an empty folder. */
async function databaseBefore(name: string): Promise<DataSource> {
  const source = await testDatabase();
  await undo(source, name);
  return source;
}

describe('the migration', () => {
  it('numbers and chains what stood, however much that is, and what comes is chained to it', async () => {
    const source = await databaseBefore('BeginAuditChain');
    await source.query(`
      INSERT INTO audit (id, at, action, owner_id, details)
      SELECT lpad(i::text, 5, '0'), timestamptz '2026-01-01' + i * interval '1 second', 'key.imported', 'u', jsonb_build_object('i', i)
      FROM generate_series(1, 5500) AS i`);
    await source.runMigrations();
    await source.query(line('99999'));
    expect((await verifyChain(source)).rows).toBe(5501n);
    const ids = await inOrder(source);
    expect(ids).toEqual([...ids].sort());
    await source.destroy();
  });

  it('takes in what a build of before writes meanwhile, behind the batches too', async () => {
    const source = await databaseBefore('FillAuditChain');
    await source.query(line('5'));
    const rest = source.migrations.splice(placeOf(source, 'ChainTheAudit'));
    await source.runMigrations();
    await source.query(line('6'));
    await source.query(line('4'));
    source.migrations.push(...rest);
    await source.runMigrations();
    expect(await inOrder(source)).toEqual(['5', '4', '6']);
    await verifyChain(source);
    await source.destroy();
  });

  it('goes on where it was cut off', async () => {
    const source = await databaseBefore('FillAuditChain');
    for (const id of ['1', '2', '3']) await source.query(line(id));
    await source.query(`SELECT audit_chain_batch('', 2)`);
    await source.runMigrations();
    expect(await inOrder(source)).toEqual(['1', '2', '3']);
    await verifyChain(source);
    await source.destroy();
  });

  it('undone leaves the lines as builds of before know them, and can be done again', async () => {
    const source = await testDatabase();
    await source.query(line('1'));
    await undo(source, 'BeginAuditChain');
    await source.query(line('2'));
    await source.runMigrations();
    expect((await verifyChain(source)).rows).toBe(2n);
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    await source.destroy();
  });
});
