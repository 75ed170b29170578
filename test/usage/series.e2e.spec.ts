import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { TestServer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

interface Point {
  at: string;
  accepted: number;
  refused: number;
  refusedBy: Record<string, number>;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('the use of a key over time', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_USAGE_FLUSH_MS: '60000', APIKM_TRUSTED_PROXIES: '127.0.0.1' });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    server.clock.advance((Date.parse('2027-04-05T10:30:00Z') - server.clock.millis()) / 1000);
  });
  afterAll(() => server.stop());

  const verify = (key: string, body: object = {}, headers: Record<string, string> = {}) =>
    server.call('/v1/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ key, ...body }),
    });
  const flush = () => server.get(UsageFlusher).flush();
  const usageOf = async (id: string, query = '', sub = ALICE) => {
    const { status, body, text } = await server.as(sub, 'GET', `/v1/keys/${id}/usage${query}`);
    if (status !== 200) throw new Error(text);
    return body as { series: Point[]; totals: object; byAudience: object[]; byCode: object[] } & Record<
      string,
      unknown
    >;
  };
  /** As it stands in the table, whatever wrote it. */
  const insert = (keyId: string, hours: Record<string, number>) =>
    server.get(DataSource).query(
      `INSERT INTO usage_hours SELECT $1, hour::timestamptz, '', 'VALID', count::bigint
       FROM jsonb_each_text($2::jsonb) AS h (hour, count)`,
      [keyId, JSON.stringify(hours)],
    );
  const used = (series: Point[]) =>
    series.filter(({ accepted }) => accepted > 0).map(({ at, accepted }) => [at, accepted]);

  it('has 30 days up to now without gaps, and each use at once, written or not', async () => {
    const { id, key } = await server.createKey();
    await server.check(key);
    const pending = await usageOf(id);
    expect(pending.series).toHaveLength(30);
    expect(pending).toMatchObject({ step: 'day', timeZone: 'UTC', totals: { accepted: 1, refused: 0 } });
    expect(pending).toMatchObject({ from: '2027-03-07T00:00:00.000Z', to: '2027-04-05T10:30:00.000Z' });
    await flush();
    await server.check(key);
    const { series, totals } = await usageOf(id);
    expect(totals).toEqual({ accepted: 2, refused: 0 });
    expect(used(series)).toEqual([['2027-04-05T00:00:00.000Z', 2]]);
  });

  it('is told by application and by the reason of refusals', async () => {
    const { id, key } = await server.createKey({ audiences: ['maps', 'files'], allowedIps: ['10.0.0.0/8'] });
    const from = { clientIp: '10.1.2.3' };
    for (const audience of ['maps', 'maps', 'files']) await verify(key, { audience, ...from });
    await flush();
    await verify(key, { audience: 'maps', clientIp: '192.0.2.1' });
    await verify(key, { audience: 'wiki', ...from });
    await verify(key);
    const { series, byAudience, byCode, totals } = await usageOf(id);
    expect(totals).toEqual({ accepted: 3, refused: 3 });
    expect(byAudience).toEqual([
      { audience: 'maps', title: null, accepted: 2, refused: 1 },
      { audience: 'files', title: null, accepted: 1, refused: 0 },
      { audience: 'wiki', title: null, accepted: 0, refused: 1 },
      { audience: null, title: null, accepted: 0, refused: 1 },
    ]);
    const reasons = { IP_NOT_ALLOWED: 1, AUDIENCE_NOT_ALLOWED: 1, CONTEXT_REQUIRED: 1 };
    expect(series.at(-1)).toMatchObject({ accepted: 3, refused: 3, refusedBy: reasons });
    expect(byCode).toHaveLength(3);
    expect((await usageOf(id, '?audience=maps')).totals).toEqual({ accepted: 2, refused: 1 });
    expect((await usageOf(id, '?audience=')).totals).toEqual({ accepted: 0, refused: 1 });
  });

  it('has days of the asker’s zone, also those of 23 and of 25 hours', async () => {
    const { id } = await server.createKey();
    await insert(id, {
      '2027-03-27T22:00:00Z': 1, // the last hour of the 27th in Paris
      '2027-03-27T23:00:00Z': 2, // the first of the 28th, which has 23
      '2027-03-28T21:00:00Z': 4, // its last
      '2027-03-28T22:00:00Z': 8, // the first of the 29th
      '2026-10-24T22:00:00Z': 16, // the first of the 25th of October, which has 25
      '2026-10-25T22:00:00Z': 32, // its last
      '2026-10-25T23:00:00Z': 64,
    });
    const spring = await usageOf(id, '?tz=Europe/Paris&from=2027-03-26T23:00:00Z&to=2027-03-30T00:00:00Z');
    expect(used(spring.series)).toEqual([
      ['2027-03-26T23:00:00.000Z', 1],
      ['2027-03-27T23:00:00.000Z', 6],
      ['2027-03-28T22:00:00.000Z', 8],
    ]);
    const autumn = await usageOf(id, '?tz=Europe/Paris&from=2026-10-25T05:00:00Z&to=2026-10-27T05:00:00Z');
    expect(autumn.from).toBe('2026-10-24T22:00:00.000Z');
    expect(autumn.series.map(({ at, accepted }) => [at, accepted])).toEqual([
      ['2026-10-24T22:00:00.000Z', 48],
      ['2026-10-25T23:00:00.000Z', 64],
      ['2026-10-26T23:00:00.000Z', 0],
    ]);
  });

  it('has hours', async () => {
    const { id, key } = await server.createKey();
    await insert(id, { '2027-04-05T08:00:00Z': 3 });
    await server.check(key);
    const query = '?step=hour&from=2027-04-05T07:15:00Z&tz=Asia/Kolkata';
    const { series, from } = await usageOf(id, query);
    expect(from).toBe('2027-04-05T07:00:00.000Z');
    expect(series.map(({ at, accepted }) => [at.slice(11, 16), accepted])).toEqual([
      ['07:00', 0],
      ['08:00', 3],
      ['09:00', 0],
      ['10:00', 1],
    ]);
  });

  it('says where and how it was used last, and from which networks', async () => {
    const { id, key } = await server.createKey();
    expect(await usageOf(id)).toMatchObject({ lastUse: null, networks: [] });
    const use = async (address: string, agent: string) => {
      server.clock.advance(1);
      const { status } = await server.call('/auth/check_key', {
        headers: {
          authorization: `Bearer ${key}`,
          'x-forwarded-for': address,
          'user-agent': agent,
        },
      });
      expect(status).toBe(200);
      return server.clock.now().toISOString();
    };
    for (let i = 1; i <= 8; i += 1) await use(`198.51.${i}.7`, 'GDAL/3.8');
    await flush();
    await use('198.51.5.9', 'GDAL/3.8');
    const at = await use('2001:db8:1:2::9', 'python-requests/2.31');
    const lastUse = { at, network: '2001:db8:1::/48', agent: 'python-requests', carrier: 'bearer' };
    const networks = ['2001:db8:1::/48', ...[5, 8, 7, 6, 4, 3].map((i) => `198.51.${i}.0/24`)];
    const told = async () => {
      const usage = await usageOf(id);
      return [usage.lastUse, (usage.networks as { network: string }[]).map(({ network }) => network)];
    };
    expect(await told()).toEqual([lastUse, networks]);
    await flush();
    expect(await told()).toEqual([lastUse, networks]);
  });

  it('never moves the last use back, also when the clock is', async () => {
    const { id, key } = await server.createKey();
    const checked = async () => expect((await server.check(key)).status).toBe(200);
    await checked();
    await flush();
    const { lastUse } = await usageOf(id);
    server.clock.advance(-HOUR);
    await checked();
    server.clock.advance(HOUR);
    const usage = await usageOf(id, '?step=hour&from=2027-04-05T08:00:00Z');
    expect(usage).toMatchObject({ lastUse, totals: { accepted: 2 } });
    await flush();
    expect(await usageOf(id)).toMatchObject({ lastUse, totals: { accepted: 2 } });
  });

  it('counts no more names of applications than memory and table should hold', async () => {
    const { id, key } = await server.createKey();
    for (let i = 0; i < 70; i += 1) await verify(key, { audience: `made-up-${i}` });
    const { byAudience, totals } = await usageOf(id);
    expect(totals).toEqual({ accepted: 70, refused: 0 });
    expect(byAudience).toHaveLength(65);
    expect(byAudience[0]).toEqual({ audience: null, title: null, accepted: 6, refused: 0 });
  });

  it.each([
    ['a zone that is none', '?tz=Europe/Nowhere', 'time zone'],
    ['a zone by its distance', '?tz=%2B02:00', 'time zone'],
    ['a step that is none', '?step=week', 'step'],
    ['an end before the beginning', '?from=2027-04-05T00:00:00Z&to=2027-04-04T00:00:00Z', 'before'],
    ['more days than are shown', '?from=2020-01-01T00:00:00Z', '1000'],
    ['hours of long ago', '?step=hour&from=2027-03-01T00:00:00Z', 'step=day'],
    ['an instant without a zone', '?from=2027-04-05T00:00:00', 'zone'],
    ['a parameter that there isn’t', '?of=all', 'of'],
  ])('refuses %s', async (_, query, word) => {
    const { id } = await server.createKey();
    const { status, body, text } = await server.as(ALICE, 'GET', `/v1/keys/${id}/usage${query}`);
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(text).toContain(word);
  });

  it('is for its owner alone', async () => {
    const { id } = await server.createKey();
    expect((await server.call(`/v1/keys/${id}/usage`)).status).toBe(401);
    const { status, body } = await server.as(BOB, 'GET', `/v1/keys/${id}/usage`);
    expect([status, body.code]).toEqual([404, 'KEY_NOT_FOUND']);
  });

  it('is told of several keys at once, without those of others', async () => {
    const [one, two, foreign] = [
      await server.createKey(),
      await server.createKey(),
      await server.createKey({}, BOB),
    ];
    for (const { key } of [one, two, two, foreign]) await server.check(key);
    const path = (ids: string[]) => `/v1/usage?keyId=${ids.join(',')}&from=2027-04-04T00:00:00Z`;
    const { body } = await server.as(ALICE, 'GET', path([two.id, foreign.id, 'key_none', one.id]));
    expect(body).toMatchObject({ step: 'day', from: '2027-04-04T00:00:00.000Z' });
    const counts = (body.keys as { keyId: string; series: Point[] }[]).map(({ keyId, series }) => [
      keyId,
      series.map(({ accepted }) => accepted),
    ]);
    expect(counts).toEqual([
      [two.id, [0, 2]],
      [one.id, [0, 1]],
    ]);
    expect((await server.as(ALICE, 'GET', '/v1/usage')).status).toBe(400);
    expect((await server.as(ALICE, 'GET', path(Array.from({ length: 101 }, (_, i) => `k${i}`)))).status).toBe(
      400,
    );
  });

  it('is told of anybody’s key to administrators, and of a foreign one to nobody else', async () => {
    const { id, key } = await server.createKey({}, BOB);
    await server.check(key);
    const path = `/v1/admin/keys/${id}/usage?step=hour&from=2027-04-05T10:00:00Z`;
    const { status, body } = await server.as('admin', 'GET', path);
    expect([status, body.totals]).toEqual([200, { accepted: 1, refused: 0 }]);
    expect(body.lastUse).toMatchObject({ network: null, carrier: 'header' });
    expect((await server.as(BOB, 'GET', path)).body.code).toBe('ADMIN_ONLY');
    expect((await server.as('admin', 'GET', '/v1/admin/keys/key_none/usage')).body.code).toBe(
      'KEY_NOT_FOUND',
    );
  });

  it('is told with the latest refusals of anybody’s key to administrators alone', async () => {
    const { id, key } = await server.createKey({ audiences: ['maps'] }, BOB);
    await verify(key, { audience: 'files' });
    const path = `/v1/admin/keys/${id}/refusals`;
    const { status, body } = await server.as('admin', 'GET', path);
    expect([status, body.items]).toEqual([
      200,
      [expect.objectContaining({ code: 'AUDIENCE_NOT_ALLOWED', audience: 'files', count: 1 })],
    ]);
    expect(body).toEqual((await server.as(BOB, 'GET', `/v1/keys/${id}/refusals`)).body);
    expect((await server.as(BOB, 'GET', path)).body.code).toBe('ADMIN_ONLY');
    expect((await server.as('admin', 'GET', '/v1/admin/keys/key_none/refusals')).body.code).toBe(
      'KEY_NOT_FOUND',
    );
  });

  it('is told of everybody’s keys to administrators', async () => {
    const stats = async (query: string) => (await server.as('admin', 'GET', `/v1/admin/stats${query}`)).body;
    const before = (await stats('?step=hour&from=2027-04-05T10:00:00Z')).totals;
    const { key } = await server.createKey({ audiences: ['atlas'] }, BOB);
    await verify(key, { audience: 'atlas' });
    await verify(key, { audience: 'none of it' });
    const after = await stats('?step=hour&from=2027-04-05T10:00:00Z');
    expect(after.totals).toEqual({ accepted: before.accepted + 1, refused: before.refused + 1 });
    await flush();
    const written = await stats('?audience=atlas');
    expect(written).toMatchObject({ totals: { accepted: 1, refused: 0 }, byCode: [] });
    expect(written.usage).toHaveLength(30);
    expect(written.usage.at(-1)).toMatchObject({ accepted: 1 });
    server.clock.advance(DAY);
    expect((await stats('?audience=atlas')).usage.at(-2)).toMatchObject({ accepted: 1 });
    server.clock.advance(-DAY);
  });
});
