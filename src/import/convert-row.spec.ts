import { describe, expect, it } from 'vitest';
import { convertRow } from './convert-row.js';
import type { ConvertedKey, PredecessorRow } from './convert-row.js';

const NOW = new Date('2026-11-24T00:00:00Z');
const OPTIONS = { sourceTimezone: 'UTC', defaultTtlHours: 360 };
const ROW: PredecessorRow = {
  api_key: 'a1b4eeb96b29509ce757bed89e6148a86457c51d90634d4c78301a3d21fb6604',
  name: 'first',
  user_id: '11111111-1111-4111-8111-111111111111',
  user_login: 'alice',
  user_active: 1,
  is_active: 1,
  never_expire: 0,
  expiration_date: '2026-12-08 23:09:30.709351',
  latest_query_date: null,
  total_queries: 6,
  latest_sync_date: '2026-11-23 23:09:30.709364',
  iam_roles: '["reader", "writer"]',
  config: '{"plan": ["gold"], "quota": 5}',
  allowed_referers: 'null',
};
const convert = (changed: Partial<PredecessorRow> = {}, options = OPTIONS): ConvertedKey => {
  const converted = convertRow({ ...ROW, ...changed }, options, NOW);
  if ('reason' in converted) throw new Error(converted.reason);
  return converted;
};
const reasonFor = (changed: Partial<PredecessorRow>): string | undefined => {
  const converted = convertRow({ ...ROW, ...changed }, OPTIONS, NOW);
  return 'reason' in converted ? converted.reason : undefined;
};

describe('a row of the predecessor', () => {
  it('becomes a key with the digest of 32 bytes, its dates in full, and its owner', () => {
    expect(convert()).toEqual({
      label: 'key "first" of "alice"',
      digest: Buffer.from(ROW.api_key as string, 'hex'),
      name: 'first',
      createdAt: '2026-11-23T23:09:30.709Z',
      expiresAt: '2026-12-08T23:09:30.709351Z',
      endIsKnown: true,
      neverExpires: false,
      revoked: false,
      lastUsedAt: null,
      queries: 6,
      allowedReferers: null,
      config: { plan: ['gold'], quota: 5 },
      configJson: '{"plan": ["gold"], "quota": 5}',
      owner: {
        id: ROW.user_id,
        login: 'alice',
        enabled: true,
        roles: ['reader', 'writer'],
        seenAt: '2026-11-23T23:09:30.709364Z',
      },
      changes: [],
    });
  });

  it.each([
    [0, true],
    [false, true],
    [null, true],
    [1, false],
    [true, false],
  ])('is revoked as the predecessor saw it: is_active %s', (value, revoked) => {
    expect(convert({ is_active: value }).revoked).toBe(revoked);
    expect(convert({ user_active: value }).owner.enabled).toBe(!revoked);
    expect(convert({ never_expire: value }).neverExpires).toBe(!revoked);
  });

  it('keeps an empty name, a missing one and a long one', () => {
    const names = ['', null, 'x'.repeat(5000)];
    expect(names.map((name) => convert({ name }).name)).toEqual(names);
  });

  it('takes JSON null and SQL NULL for the same', () => {
    for (const none of [null, 'null']) {
      const key = convert({ iam_roles: none, config: none, allowed_referers: none });
      expect([key.owner.roles, key.config, key.allowedReferers]).toEqual([[], {}, null]);
    }
  });

  it('keeps a config of any size with every digit', () => {
    const config = `{"n": 12345678901234567890, "t": "${'x'.repeat(100_000)}"}`;
    expect(convert({ config }).configJson).toBe(config);
  });

  it.each(['[1]', '"text"', '5'])('has its config %s replaced and says so', (config) => {
    const key = convert({ config });
    expect([key.config, key.changes]).toEqual([{}, ['config is not an object and became {}']]);
  });

  it('loses only what JSON and PostgreSQL cannot hold, and says so', () => {
    const config = String.raw`{"a\u0000": ["\ud800", 1e999, NaN, -Infinity, "NaN \\u0000"]}`;
    const key = convert({ name: 'a\0b', config });
    expect(key.name).toBe('a\ufffdb');
    expect(key.config).toEqual({ a: ['\ufffd', null, null, null, String.raw`NaN \u0000`] });
    expect(key.changes).toEqual([
      'config: a NUL character was left out',
      'config: half of a surrogate pair became U+FFFD',
      'config: 1e999 became null',
      'config: NaN became null',
      'config: -Infinity became null',
      "name had characters that PostgreSQL can't store",
    ]);
  });

  it.each([
    ['9223372036854775807', '9223372036854776000'],
    ['1152921504606846976', '1152921504606847000'],
    ['-12345678901234567890', '-12345678901234567000'],
    ['0.1234567890123456789', '0.12345678901234568'],
  ])('has the number %s of its config listed, which JavaScript reads as %s', (old, now) => {
    const key = convert({ config: `{"n": ${old}}` });
    expect(key.changes).toEqual([`config: the number ${old} is answered as ${now}`]);
    expect(JSON.stringify(key.config)).toBe(`{"n":${now}}`);
  });

  it('has no number listed that stays the same in other digits', () => {
    const config =
      '{"a": [1.0, -0.0, 1e22, 1E+2, 0.10, 1e-7, 9007199254740991, 123456789012345680000, 5e-324]}';
    expect(convert({ config }).changes).toEqual([]);
  });

  it('keeps the fields of its config in their order', () => {
    const config = '{"z": 1, "a": {"y": 1, "b": 2}, "x": NaN}';
    expect(convert({ config }).configJson).toBe('{"z": 1, "a": {"y": 1, "b": 2}, "x": null}');
  });

  it('never has a role that becomes another one', () => {
    expect(convert({ iam_roles: String.raw`["ad\u0000min"]` }).owner.roles).toEqual(['ad\ufffdmin']);
  });

  it('keeps recorded referers; an empty list limits nothing', () => {
    expect(convert({ allowed_referers: '["a.example"]' }).allowedReferers).toEqual(['a.example']);
    expect(convert({ allowed_referers: '[]' }).allowedReferers).toBeNull();
  });

  it('was made before anything that happened to it', () => {
    const renewed = convert({
      expiration_date: '2031-06-01 00:00:00.000000',
      latest_query_date: '2026-11-20 10:00:00.000000',
    });
    expect(renewed.createdAt).toBe('2026-11-20T10:00:00.000Z');
  });

  it('without an expiry is over, unless it never expires', () => {
    const row = { expiration_date: null, latest_sync_date: '2026-11-01 00:00:00.000000' };
    expect(convert(row).expiresAt).toBe('2026-11-01T00:00:00.000Z');
    expect(convert({ ...row, never_expire: 1 }).expiresAt).toBe('2026-11-16T00:00:00.000Z');
    expect(convert({ expiration_date: 'infinity' }).neverExpires).toBe(true);
  });

  it('is read in the time zone of the old sessions', () => {
    const key = convert({}, { ...OPTIONS, sourceTimezone: 'Europe/Paris' });
    expect(key.expiresAt).toBe('2026-12-08T22:09:30.709351Z');
  });

  it.each([
    [{ api_key: 'c6aca769-42c4-4ffc-8550-eff8cdb7949b' }, /^api_key /],
    [{ api_key: (ROW.api_key as string).toUpperCase() }, /^api_key /],
    [{ api_key: new Uint8Array(32) }, /^api_key /],
    [{ user_id: '' }, /^user_id /],
    [{ user_id: null }, /^user_id /],
    [{ user_id: 'a\0' }, /^user_id /],
    [{ expiration_date: 'tomorrow' }, /^expiration_date /],
    [{ latest_query_date: 5 }, /^latest_query_date /],
    [{ is_active: 'yes' }, /^is_active /],
    [{ config: '{"a": nan}' }, /^config /],
    [{ config: '{"a": NaN' }, /^config /],
    [{ iam_roles: '[NaN' }, /^iam_roles /],
    [{ iam_roles: '{"a": 1}' }, /^iam_roles /],
    [{ allowed_referers: '[1]' }, /^allowed_referers /],
    [{ name: 5 }, /^name /],
  ])('is refused with the column that is wrong: %o', (changed, reason) => {
    expect(reasonFor(changed)).toMatch(reason);
  });
});
