import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/audit/audit-trail.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { verifyChain } from '../../src/audit/verify.js';
import { Changes, OPERATOR } from '../../src/changes/changes.js';
import type { Actor, AuditFact } from '../../src/changes/changes.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

const ALICE_BY_TOKEN: Actor = {
  ...{ id: ALICE, login: 'alice', via: 'token', network: '192.0.2.0/24', agent: 'curl' },
};

describe('the trail', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const query = (sql: string) => server.get(DataSource).query<Record<string, any>[]>(sql);
  const trail = () => server.get(AuditTrail);
  const made = (by: Actor, ...facts: AuditFact[]) =>
    server.get(Changes).make((tx) => tx.record(...facts), by);
  const erase = (id: string) => server.get(AuditService).eraseLogins(server.get(DataSource).manager, id);

  it('tells who did what, from where and by what, and which fields went from what to what', async () => {
    const fact = { action: 'key.renewed', ownerId: BOB, keyId: 'k', details: { why: 'asked' } } as const;
    await made(ALICE_BY_TOKEN, { ...fact, changed: { name: { from: 'old', to: 'new' } } });
    const [line] = await trail().page({ limit: 1 });
    expect(line).toEqual({
      ...{ id: expect.any(String), number: expect.any(String), hash: expect.stringMatching(/^[\da-f]{64}$/) },
      ...{ at: server.clock.now(), action: 'key.renewed', ownerId: BOB, keyId: 'k' },
      ...{ actorId: ALICE, login: 'alice', via: 'token', network: '192.0.2.0/24', agent: 'curl' },
      details: { why: 'asked', changed: { name: { from: 'old', to: 'new' } } },
    });
  });

  it('says of a change without a person whose it was, and of one whose maker alone is known no way in', async () => {
    await made(OPERATOR, { action: 'keys.imported' });
    await server.get(Changes).make((tx) => tx.record({ action: 'sync.now', actorId: BOB }));
    const [second, first] = await trail().page({ limit: 2 });
    expect(first).toMatchObject({ via: 'operator', actorId: null, login: null, network: null, agent: null });
    expect(second).toMatchObject({ via: null, actorId: BOB, login: null });
  });

  it.each(['UPDATE audit SET action = action', 'DELETE FROM audit', 'TRUNCATE audit'])(
    'refuses to be changed: %s',
    async (statement) => {
      await expect(query(statement)).rejects.toMatchObject({ code: '23001' });
    },
  );

  it.each(['UPDATE audit_logins SET login = login', 'TRUNCATE audit_logins'])(
    'refuses that somebody is called something else: %s',
    async (statement) => {
      await expect(query(statement)).rejects.toMatchObject({ code: '23001' });
    },
  );

  it('chains what a build of before writes, and heeds no number or hash of a writer', async () => {
    await query(
      `INSERT INTO audit (id, at, action, actor_id) VALUES ('of-before', '2020-01-01', 'key.revoked', 'x')`,
    );
    await query(
      `INSERT INTO audit (id, at, action, number, hash) VALUES ('forged', '2020-01-01', 'key.revoked', 4711, '\\x00')`,
    );
    const [forged, before] = await trail().page({ limit: 2 });
    expect([before!.id, forged!.id]).toEqual(['of-before', 'forged']);
    expect(BigInt(forged!.number)).toBe(BigInt(before!.number) + 1n);
    await verifyChain(server.get(DataSource));
  });

  it('has no gap after changes that failed, and is whole with many at once', async () => {
    const one = async (i: number) => {
      const change = server.get(Changes).make(async (tx) => {
        await tx.record(
          { action: 'key.created', keyId: `many-${i}` },
          { action: 'key.revoked', keyId: `many-${i}` },
        );
        if (i % 3 === 0) throw new Error('no');
      }, ALICE_BY_TOKEN);
      await change.catch(() => undefined);
    };
    const { rows } = await trail().state();
    await Promise.all(Array.from({ length: 60 }, (_, i) => one(i)));
    const after = await trail().state();
    expect(after.rows).toBe(rows + 80);
    expect(after.lastNumber).toBe(String(after.rows));
    expect((await verifyChain(server.get(DataSource))).rows).toBe(BigInt(after.rows));
  });

  it('keeps the lines of one change in their order, however many they are', async () => {
    const facts = Array.from(
      { length: 2500 },
      (_, i) => ({ action: 'key.imported', keyId: `bulk-${i}` }) as const,
    );
    await made(OPERATOR, ...facts);
    const lines = await trail().page({ action: 'key.imported', limit: 2500 });
    expect(lines.map(({ keyId }) => keyId)).toEqual(facts.map(({ keyId }) => keyId).reverse());
    await verifyChain(server.get(DataSource));
  });

  it('leaves nothing waiting', async () => {
    expect(await query('SELECT FROM audit_waiting')).toEqual([]);
  });

  it('is whole after a person was erased, who keeps the id and is called nothing any more', async () => {
    await made(ALICE_BY_TOKEN, { action: 'key.created', keyId: 'erased' });
    const hash = () => query(`SELECT hash, login_hash FROM audit WHERE key_id = 'erased'`);
    const before = await hash();
    await erase(ALICE);
    const lines = await trail().page({ actorIds: [ALICE], limit: 1000 });
    expect(lines.length).toBeGreaterThan(1);
    expect(new Set(lines.map(({ login }) => login))).toEqual(new Set([null]));
    expect(await hash()).toEqual(before);
    expect((await verifyChain(server.get(DataSource))).erased).toBe(lines.length);
    expect(JSON.stringify(await query('SELECT * FROM audit'))).not.toContain('"alice"');
  });

  it('keeps one row for a login, whatever is done under it', async () => {
    for (const keyId of ['1', '2', '3']) await made(ALICE_BY_TOKEN, { action: 'key.created', keyId });
    expect(await query(`SELECT login FROM audit_logins WHERE owner_id = '${ALICE}'`)).toEqual([
      { login: 'alice' },
    ]);
  });

  it('is read by each filter, newest first, page by page', async () => {
    const since = server.clock.now();
    server.clock.advance(60);
    const at = server.clock.now();
    const by = { ...ALICE_BY_TOKEN, id: 'reader' };
    await made(
      by,
      { action: 'sync.pause', ownerId: 'o1', keyId: 'k1' },
      { action: 'sync.resume', ownerId: 'o1' },
    );
    server.clock.advance(60);
    await made({ ...by, id: 'other' }, { action: 'sync.resume', ownerId: 'o2', keyId: 'k1' });
    const found = async (filter: object) =>
      (await trail().page({ from: new Date(since.getTime() + 1), limit: 10, ...filter })).map(
        ({ action, ownerId }) => `${action} ${ownerId}`,
      );
    const [third, second, first] = ['sync.resume o2', 'sync.resume o1', 'sync.pause o1'];
    expect(await found({})).toEqual([third, second, first]);
    expect(await found({ limit: 2 })).toEqual([third, second]);
    expect(await found({ action: 'sync.resume' })).toEqual([third, second]);
    expect(await found({ ownerIds: ['o1'] })).toEqual([second, first]);
    expect(await found({ keyId: 'k1' })).toEqual([third, first]);
    expect(await found({ actorIds: ['reader'] })).toEqual([second, first]);
    expect(await found({ to: server.clock.now() })).toEqual([second, first]);
    expect(await found({ from: at, to: at })).toEqual([]);
    const [last] = await trail().page({ limit: 1 });
    expect(await found({ before: last!.number })).toEqual([second, first]);
    expect((await trail().state()).lastAt).toEqual(server.clock.now());
  });

  it('is streamed whole, in batches', async () => {
    const numbers: string[] = [];
    for await (const batch of trail().stream({})) numbers.push(...batch.map(({ number }) => number));
    const { rows } = await trail().state();
    expect(numbers).toEqual(Array.from({ length: rows }, (_, i) => String(rows - i)));
  });
});
