import { beforeEach, describe, expect, it } from 'vitest';
import { Changes } from '../../src/changes/changes.js';
import { importKeys } from '../../src/import/import-keys.js';
import type { ImportReport } from '../../src/import/import-keys.js';
import { describeReport } from '../../src/import/report.js';
import { UsageService } from '../../src/usage/usage.service.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';
import { EDGE_KEYS, LATER, OldProgram } from '../support/old-program.js';

const OPTIONS = { sourceTimezone: 'UTC', enforceReferers: false, attributes: [], defaultTtlHours: 360 };
const FIRST = {
  live_config_order_and_big_number: 200,
  live_config_NaN: 200,
  live_config_NUL: 200,
  revoked_then_renewed_in_the_old_program: 403,
  expired_then_renewed_in_the_old_program: 403,
  live_then_extended_in_the_old_program: 200,
  live_then_revoked_in_the_old_program: 200,
};
const AFTERWARDS = {
  ...FIRST,
  revoked_then_renewed_in_the_old_program: 200,
  expired_then_renewed_in_the_old_program: 200,
  live_then_revoked_in_the_old_program: 403,
};

describe('an import that is run again', () => {
  let server: TestServer;
  let old: OldProgram;
  beforeEach(async () => {
    server = await TestServer.start();
    server.clock.advance((Date.parse('2026-11-24T00:00:00Z') - server.clock.now().getTime()) / 1000);
    old = OldProgram.open('edge.sqlite');
    await load();
  });
  const load = async (dryRun = false): Promise<ImportReport> =>
    importKeys(server.get(Changes), await old.rows(), { ...OPTIONS, dryRun }, server.clock.now());
  const answers = async (): Promise<Record<string, number>> => {
    const all = Object.entries(EDGE_KEYS).map(async ([name, key]) => [
      name,
      (await server.check(key)).status,
    ]);
    return Object.fromEntries(await Promise.all(all)) as Record<string, number>;
  };
  const legacy = (path: string) => server.as(ALICE, 'GET', `/auth/api_key/${path}`);
  const listed = async (name: string): Promise<Record<string, unknown>> =>
    ((await legacy('list')).body as { name: string }[]).find((row) => row.name === name)!;
  const idOf = async (name: string): Promise<string> =>
    ((await server.as(ALICE, 'GET', '/v1/keys?limit=100')).body.items as { id: string; name: string }[]).find(
      (key) => key.name === name,
    )!.id;

  it('takes over what the old program did since: renewed, extended, reactivated, revoked', async () => {
    expect(await answers()).toEqual(FIRST);
    await old.write(LATER);
    const report = await load();
    expect(report).toMatchObject({ keysImported: 0, keysAlreadyThere: 7, conflicts: [], usesAdded: 1 });
    expect(report.followed).toEqual([
      {
        row: 'key "short" of "alice"',
        reason: 'renewed: ends 2032-01-01 00:00:00 UTC, before: ends 2027-01-01 00:00:00 UTC',
      },
      { row: 'key "lost" of "alice"', reason: 'revoked' },
      {
        row: 'key "revoked" of "alice"',
        reason: 'reactivated, renewed: ends 2032-01-01 00:00:00 UTC, before: ends 2031-01-01 00:00:00 UTC',
      },
      {
        row: 'key "expired" of "alice"',
        reason: 'renewed: ends 2032-01-01 00:00:00 UTC, before: ends 2026-01-01 00:00:00 UTC',
      },
    ]);
    expect(await answers()).toEqual(AFTERWARDS);
    expect((await listed('short')).expiration_date).toBe('2032-01-01T00:00:00');
  });

  it('finds nothing more to do the next time', async () => {
    await old.write(LATER);
    await load();
    expect(await load()).toMatchObject({ followed: [], conflicts: [], usesAdded: 0 });
    expect(await answers()).toEqual(AFTERWARDS);
  });

  it('says the same on trial and keeps nothing of it', async () => {
    await old.write(LATER);
    const tried = await load(true);
    expect(await answers()).toEqual(FIRST);
    server.clock.advance(11);
    const done = await load();
    expect(tried).toEqual({ ...done, dryRun: true });
    expect(describeReport(tried).slice(1)).toEqual(describeReport(done).slice(1));
  });

  it('leaves what was changed here, too, and lists it with both values', async () => {
    await legacy(
      `renew?api-key=${EDGE_KEYS.live_then_revoked_in_the_old_program}&expiration-date=2033-01-01`,
    );
    await legacy(`revoke?api-key=${EDGE_KEYS.live_then_extended_in_the_old_program}`);
    await old.write(LATER);
    const { followed, conflicts } = await load();
    expect(followed).toHaveLength(2);
    expect(conflicts).toEqual([
      {
        row: 'key "short" of "alice"',
        reason:
          'here revoked, ends 2027-01-01 00:00:00 UTC; in the old program not revoked, ends 2032-01-01 00:00:00 UTC',
      },
      {
        row: 'key "lost" of "alice"',
        reason: 'here not revoked, ends 2033-01-01 00:00:00 UTC; in the old program revoked, without an end',
      },
    ]);
    expect((await load()).conflicts).toHaveLength(2);
    expect(await answers()).toMatchObject({
      live_then_extended_in_the_old_program: 403,
      live_then_revoked_in_the_old_program: 200,
    });
  });

  it('never brings back what was ended here, also when the old program ended it meanwhile', async () => {
    await legacy(`revoke?api-key=${EDGE_KEYS.live_then_revoked_in_the_old_program}`);
    await old.write(LATER);
    expect(await load()).toMatchObject({ conflicts: [] });
    await old.write(
      `UPDATE api_tokens SET is_active = 1, expiration_date = '2035-01-01 00:00:00.000000' WHERE name = 'lost'`,
    );
    expect(await load()).toMatchObject({ followed: [], conflicts: [{ row: 'key "lost" of "alice"' }] });
    expect(await answers()).toMatchObject({ live_then_revoked_in_the_old_program: 403 });
  });

  it('follows a key through several changes in the old program', async () => {
    for (const [isActive, status] of [[0, 403] as const, [1, 200] as const]) {
      await old.write(`UPDATE api_tokens SET is_active = ${isActive} WHERE name = 'short'`);
      expect((await load()).followed).toHaveLength(1);
      expect(await answers()).toMatchObject({ live_then_extended_in_the_old_program: status });
    }
  });

  it('brings back nothing from a copy that is older than the one imported before, and says so', async () => {
    const older = await OldProgram.open('edge.sqlite').rows();
    await old.write(LATER);
    await load();
    const options = { ...OPTIONS, dryRun: false };
    const report = await importKeys(server.get(Changes), older, options, server.clock.now());
    expect(report).toMatchObject({ followed: [], keysBehind: 1, usesAdded: 0 });
    expect(describeReport(report)).toContain(
      '  The source is older than the one imported before: it has counted fewer uses of 1 key.',
    );
    expect(report.conflicts.map(({ row }) => row)).toContain('key "lost" of "alice"');
    expect(await answers()).toEqual(AFTERWARDS);
    expect((await load()).conflicts).toEqual([]);
  });

  it('adds what the old program has counted since to what was counted here', async () => {
    const id = await idOf('order');
    const total = async () => (await server.get(UsageService).totals([id])).get(id);
    expect((await server.check(EDGE_KEYS.live_config_order_and_big_number!)).status).toBe(200);
    await expect.poll(async () => (await total())?.accepted).toBe(4);
    await old.write(LATER);
    await load();
    await load();
    expect(await total()).toMatchObject({ accepted: 10, lastUsedAt: server.clock.now() });
  });

  it('takes over a later last use', async () => {
    await old.write(LATER);
    await load();
    expect(await listed('order')).toMatchObject({
      total_queries: 9,
      latest_query_date: '2026-11-21T10:00:00',
    });
  });

  it('records who did it', async () => {
    await old.write(LATER);
    await load();
    const manager = await server.get(Changes).make(({ manager }) => Promise.resolve(manager));
    const rows = await manager.connection.query<{ action: string }[]>(
      `SELECT action FROM audit WHERE details ->> 'revokedInSource' = 'true' AND action <> 'key.imported'
         OR details ->> 'renewedInSource' = 'true' ORDER BY action`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      ...['key.renewed', 'key.renewed', 'key.renewed'],
      'key.revoked',
    ]);
  });

  it('gives the config of each key in the order of old', async () => {
    const { text, body } = await server.check(EDGE_KEYS.live_config_order_and_big_number!);
    const order = '"z":1,"a":{"y":1,"b":2},"n":9223372036854776000,"f":1,"d":0.12345678901234568';
    expect(text).toContain(`"config":{${order}`);
    expect(body).toMatchObject({ user_login: 'alice' });
    const configs = ['live_config_NaN', 'live_config_NUL'].map(
      async (name) => (await server.check(EDGE_KEYS[name]!)).body.config,
    );
    expect(await Promise.all(configs)).toMatchObject([{ x: null, y: [null, 1] }, { t: 'ab' }]);
  });
});
