import { describe, expect, it } from 'vitest';
import type { PredecessorRow } from './convert-row.js';
import { planImport } from './plan-import.js';
import { describePlan, timezoneHint } from './report.js';

const NOW = new Date('2026-11-24T00:00:00Z');
const OPTIONS = { sourceTimezone: 'UTC', defaultTtlHours: 360, attributes: ['plan', 'projects', 'team'] };
let made = 0;
const row = (changed: Partial<PredecessorRow> = {}): PredecessorRow => ({
  api_key: (made += 1).toString(16).padStart(64, '0'),
  name: 'a key',
  user_id: 'alice-id',
  user_login: 'alice',
  user_active: true,
  is_active: true,
  never_expire: false,
  expiration_date: '2026-12-08 00:00:00',
  latest_query_date: null,
  total_queries: 0,
  latest_sync_date: '2026-11-20 00:00:00',
  iam_roles: '["reader"]',
  config: '{}',
  allowed_referers: 'null',
  ...changed,
});
const plan = (...rows: PredecessorRow[]) => planImport(rows, OPTIONS, NOW);

describe('the plan of an import', () => {
  it('counts every key once, by the first reason for which it would be refused', () => {
    const { states } = plan(
      row(),
      row({ never_expire: true, expiration_date: '2020-01-01 00:00:00' }),
      row({ expiration_date: '2026-11-24 00:00:00' }),
      row({ is_active: false, expiration_date: '2020-01-01 00:00:00' }),
      row({ user_id: 'dave-id', user_active: false }),
    );
    expect(states).toEqual({ live: 2, revoked: 1, expired: 1, ownerDisabled: 1 });
  });

  it('makes one owner of all their keys, as the latest synchronisation saw them', () => {
    const { owners } = plan(
      row({ latest_sync_date: '2026-11-22 00:00:00', iam_roles: '["now"]', user_login: 'new' }),
      row({ latest_sync_date: '2026-11-21 00:00:00', iam_roles: '["then"]' }),
      row({ latest_sync_date: null, iam_roles: '["never"]' }),
    );
    expect(owners).toEqual([{ id: 'alice-id', login: 'new', enabled: true, roles: ['now'], attributes: {} }]);
  });

  it('does not take the date of a revocation for a synchronisation', () => {
    const revoked = row({ is_active: false, latest_sync_date: '2026-11-23 00:00:00', iam_roles: '["old"]' });
    expect(plan(revoked, row()).owners[0]!.roles).toEqual(['reader']);
    expect(plan(revoked).owners[0]!.roles).toEqual(['old']);
  });

  it('takes from the config only the attributes that the identity provider gives', () => {
    const config = '{"plan": ["gold"], "projects": null, "quota": 5, "own": ["x"], "team": "one"}';
    expect(plan(row({ config })).owners[0]!.attributes).toEqual({ plan: ['gold'], team: ['one'] });
  });

  it('names a refused row without what may be a key, in one line', () => {
    const secret = 'c6aca769-42c4-4ffc-8550-eff8cdb7949b';
    const bad = plan(row({ api_key: secret, name: 'x\u001b[2J\n' }), row());
    const lines = describePlan('sqlite:old.db', 2, bad);
    expect(lines.join('\n')).not.toContain(secret);
    expect(lines).toEqual([
      'Source sqlite:old.db: 2 rows in api_tokens.',
      '  1 key of 1 owner can be brought over:',
      '    1 live, 0 revoked, 0 expired, 0 of disabled owners',
      '  1 row can not be taken:',
      '    key "x?[2J?" of "alice": api_key is not 64 lower-case hex digits, so it is not the SHA-256 of a key (live in the old program)',
    ]);
  });

  it.each<[boolean, Partial<PredecessorRow>]>([
    [true, {}],
    [true, { never_expire: true, expiration_date: '2020-01-01 00:00:00' }],
    [true, { expiration_date: 'soon' }],
    [false, { expiration_date: '2020-01-01 00:00:00' }],
    [false, { is_active: false }],
    [false, { is_active: null }],
    [false, { user_active: 0 }],
  ])('tells whether a refused row is live, %s: %o', (isLive, changed) => {
    expect(plan(row({ config: '{broken', ...changed })).refused).toMatchObject([{ isLive }]);
  });

  it('asks about a time zone that nobody named', () => {
    expect(timezoneHint('Europe/Paris', false)[0]).toContain('--source-timezone Europe/Paris');
    expect([...timezoneHint('Europe/Paris', true), ...timezoneHint('Etc/UTC', false)]).toEqual([]);
  });
});
