import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Changes } from '../../src/changes/changes.js';
import { Invalidation } from '../../src/invalidation/invalidation.service.js';
import type { Change } from '../../src/invalidation/invalidation.service.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('a change', () => {
  let server: TestServer;
  const heard: Change[] = [];
  beforeAll(async () => {
    server = await TestServer.start();
    await server.createKey();
    server.get(Invalidation).subscribe((change) => heard.push(change));
  });
  afterAll(() => server.stop());

  const query = (sql: string) => server.get(DataSource).query<Record<string, unknown>[]>(sql);
  const lines = (keyId: string) => query(`SELECT action FROM audit WHERE key_id = '${keyId}'`);
  const nameNow = async () => (await query(`SELECT name FROM owners WHERE id = '${ALICE}'`))[0]!.name;
  const rename = (name: string, end: () => void) =>
    server.get(Changes).make(async (tx) => {
      await tx.manager.query('UPDATE owners SET name = $1 WHERE id = $2', [name, ALICE]);
      await tx.record({ action: 'key.renewed', keyId: name }, { action: 'key.revoked', keyId: name });
      await tx.announce({ kind: 'owner', ownerId: name });
      expect(heard).not.toContainEqual({ kind: 'owner', ownerId: name });
      end();
      return name.length;
    });

  it('is rows, audit rows and announcement in one, heard only once it is done', async () => {
    expect(await rename('done', () => {})).toBe(4);
    expect(await nameNow()).toBe('done');
    expect(await lines('done')).toEqual([{ action: 'key.renewed' }, { action: 'key.revoked' }]);
    expect(heard).toContainEqual({ kind: 'owner', ownerId: 'done' });
  });

  it('is nothing at all when any part of it fails, and whoever made it hears why', async () => {
    const failing = rename('undone', () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await nameNow()).toBe('done');
    expect(await lines('undone')).toEqual([]);
    expect(heard).not.toContainEqual({ kind: 'owner', ownerId: 'undone' });
  });

  it('is not made when the audit can not be written', async () => {
    await query(`ALTER TABLE audit RENAME TO audit_away`);
    const { status } = await server.as(ALICE, 'POST', '/v1/keys', { name: 'unaudited' });
    await query(`ALTER TABLE audit_away RENAME TO audit`);
    expect(status).toBe(500);
    expect(await query(`SELECT id FROM api_keys WHERE name = 'unaudited'`)).toEqual([]);
  });
});
