import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { UsageRetention } from '../../src/usage/usage-retention.js';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const DAY = 86_400;

describe('counts grow older', () => {
  let server: TestServer;
  let key: { id: string; key: string };
  beforeEach(async () => {
    server = await TestServer.start({ APIKM_USAGE_FLUSH_MS: '60000', APIKM_USAGE_RETENTION_DAYS: '100' });
    server.clock.advance((Date.parse('2027-04-10T10:30:00Z') - server.clock.millis()) / 1000);
    key = await server.createKey({ neverExpires: true });
  });
  afterEach(() => server.stop());

  const query = <T>(statement: string): Promise<T[]> => server.get(DataSource).query(statement);
  const grow = () => server.get(UsageRetention).run(server.clock.now());
  const use = async (times = 1) => {
    for (let i = 0; i < times; i += 1) expect((await server.check(key.key)).status).toBe(200);
    await server.get(UsageFlusher).flush();
  };
  const totals = async (from: string) =>
    (await server.as(ALICE, 'GET', `/v1/keys/${key.id}/usage?from=${from}`)).body.totals.accepted as number;
  const partitions = async (table: string) =>
    (
      await query<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = '${table}'::regclass ORDER BY 1`,
      )
    ).map(({ name }) => name.slice(table.length + 1));
  const rows = async (table: string) =>
    Number((await query<{ count: string }>(`SELECT count(*) FROM ${table}`))[0]!.count);

  it('in partitions that are made ahead, with what came before there were any', async () => {
    await use(2);
    expect(await partitions('usage_hours')).toEqual(['rest']);
    await grow();
    expect(await partitions('usage_hours')).toEqual(['2027_04', '2027_05', '2027_06', 'rest']);
    expect(await partitions('usage_days')).toEqual(['2027_04', '2027_05', '2027_06', 'rest']);
    expect([await rows('usage_hours_2027_04'), await rows('usage_hours_rest')]).toEqual([1, 0]);
    await use(3);
    await grow();
    expect(await totals('2027-04-01T00:00:00Z')).toBe(5);
  });

  it('hours become days when all of their month is older than 30 days, and none is lost or told twice', async () => {
    await use(2);
    server.clock.advance(3600);
    await use(1);
    await grow();
    server.clock.advance(45 * DAY);
    await use(4);
    await grow();
    expect(await partitions('usage_hours')).toEqual(['2027_04', '2027_05', '2027_06', '2027_07', 'rest']);
    server.clock.advance(6 * DAY);
    await grow();
    await grow();
    expect(await partitions('usage_hours')).toEqual(['2027_05', '2027_06', '2027_07', 'rest']);
    expect([await rows('usage_days'), await rows('usage_days_rest')]).toEqual([1, 0]);
    expect(await totals('2027-04-01T00:00:00Z')).toBe(7);
    const path = `/v1/keys/${key.id}/usage?from=2027-04-09T12:00:00Z&tz=Pacific/Auckland`;
    const { body } = await server.as(ALICE, 'GET', path);
    const series = body.series as { at: string; accepted: number }[];
    expect(series.filter(({ accepted }) => accepted > 0)).toMatchObject([
      { at: '2027-04-09T12:00:00.000Z', accepted: 3 },
      { at: '2027-05-24T12:00:00.000Z', accepted: 4 },
    ]);
  });

  it('also counts that come late, after their month has become days', async () => {
    await grow();
    server.clock.advance(60 * DAY);
    await grow();
    server.clock.advance(-60 * DAY);
    await use(2);
    server.clock.advance(60 * DAY);
    await grow();
    expect([await rows('usage_hours'), await rows('usage_days')]).toEqual([0, 1]);
    expect(await totals('2027-04-01T00:00:00Z')).toBe(2);
  });

  it('and are forgotten after APIKM_USAGE_RETENTION_DAYS, by whole months', async () => {
    await use(2);
    for (const days of [60, 60]) {
      server.clock.advance(days * DAY);
      await grow();
    }
    expect(await rows('usage_days')).toBe(1);
    server.clock.advance(11 * DAY);
    await grow();
    expect([await rows('usage_days'), await rows('usage_of_all')]).toEqual([0, 0]);
    expect(await partitions('usage_days')).toEqual(expect.not.arrayContaining(['2027_04']));
    const { body } = await server.as(ALICE, 'GET', `/v1/keys/${key.id}`);
    expect(body.usage.accepted).toBe(2);
  });

  it('likewise where the tables were handed over and have no partitions of ours', async () => {
    for (const table of ['usage_hours', 'usage_days'])
      await query(`DO $$ BEGIN
        ALTER TABLE ${table} RENAME TO parted;
        CREATE TABLE ${table} (LIKE parted INCLUDING ALL);
        DROP TABLE parted; END $$`);
    await use(2);
    await grow();
    expect(await rows('usage_hours')).toBe(1);
    server.clock.advance(60 * DAY);
    await grow();
    expect([await rows('usage_hours'), await rows('usage_days')]).toEqual([0, 1]);
    expect(await totals('2027-04-01T00:00:00Z')).toBe(2);
    server.clock.advance(60 * DAY);
    await grow();
    expect(await rows('usage_days')).toBe(0);
  });

  it('and what a build of before counted is taken over', async () => {
    await query(`INSERT INTO usage VALUES ('${key.id}', '2027-04-10T08:00:00Z', 5, 2)`);
    await use(1);
    await grow();
    await grow();
    const { body } = await server.as(ALICE, 'GET', `/v1/keys/${key.id}/usage`);
    expect(body).toMatchObject({
      totals: { accepted: 6, refused: 2 },
      byCode: [{ code: 'REFUSED', count: 2 }],
    });
    expect(await rows('usage')).toBe(0);
  });
});
