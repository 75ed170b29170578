import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

describe('the list of one’s keys', () => {
  let server: TestServer;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    server = await TestServer.start();
    const made: [string, object][] = [
      ['banana', { ttlHours: 30 }],
      ['Apple', { ttlHours: 10, description: 'for 100% of_it' }],
      ['cherry', { neverExpires: true, audiences: ['maps'] }],
      ['date', { ttlHours: 1 }],
      ['elder', { ttlHours: 20 }],
      ['fig', { ttlHours: 40, audiences: ['files'] }],
    ];
    await server.createKey({ name: 'bob’s' }, BOB);
    for (const [name, input] of made) {
      const { id, key } = await server.createKey({ name, ...input });
      ids[name] = id;
      server.clock.advance(60);
      if (name !== 'cherry' && name !== 'date') await server.check(key);
    }
    server.clock.advance(3600);
    await server.get(UsageFlusher).flush();
    await server.as(ALICE, 'POST', `/v1/keys/${ids.elder}/revoke`, {});
    await server.as(ALICE, 'PATCH', `/v1/keys/${ids.fig}`, { enabled: false });
  });
  afterAll(() => server.stop());

  const list = (query: string) => server.as(ALICE, 'GET', `/v1/keys?${query}`);
  const names = async (query: string) =>
    ((await list(query)).body.items as { name: string }[]).map(({ name }) => name).join(' ');

  it('counts the keys in each state, in the first page', async () => {
    const { body } = await list('limit=2');
    expect(body.counts).toEqual({ live: 3, disabled: 1, expired: 1, revoked: 1 });
    expect((await list(`limit=2&cursor=${body.nextCursor}`)).body.counts).toBeUndefined();
  });

  it('counts what ends within 14 days, and what matches on all pages, in the first page', async () => {
    const { body } = await list('limit=2&sort=name');
    expect([body.endingSoon, body.matching]).toEqual([2, 6]);
    expect((await list('limit=1&q=a&status=live')).body.matching).toBe(2);
    const later = (await list(`limit=2&sort=name&cursor=${body.nextCursor}`)).body;
    expect([later.endingSoon, later.matching]).toEqual([undefined, undefined]);
  });

  it.each([
    ['', 'fig elder date cherry Apple banana'],
    ['sort=created', 'banana Apple cherry date elder fig'],
    ['sort=name', 'Apple banana cherry date elder fig'],
    ['sort=-name', 'fig elder date cherry banana Apple'],
    ['sort=expires', 'date Apple elder banana fig cherry'],
    ['sort=-expires', 'cherry fig banana elder Apple date'],
    ['sort=lastUsed&q=a', 'banana Apple date'],
    ['sort=-lastUsed&q=a', 'Apple banana date'],
    ['status=live', 'cherry Apple banana'],
    ['status=live,disabled&sort=name', 'Apple banana cherry fig'],
    ['status=expired', 'date'],
    ['status=revoked', 'elder'],
    ['q=AN', 'banana'],
    ['q=100%25', 'Apple'],
    ['q=f_i', 'Apple'],
    ['q=o%5C', ''],
    ['audience=maps', 'cherry'],
    ['neverExpires=true', 'cherry'],
    ['neverExpires=false&sort=name', 'Apple banana date elder fig'],
  ])('by %s is: %s', async (query, expected) => {
    // Of those that were never used the order is by id, which is random: here there is one at most.
    expect(await names(query)).toBe(expected);
  });

  it('finds what was made since, and what was used since', async () => {
    const at = (seconds: number) => new Date(server.clock.millis() + seconds * 1000).toISOString();
    expect(await names(`createdSince=${at(-3600 - 150)}&sort=name`)).toBe('elder fig');
    expect(await names(`usedSince=${at(-3600 - 150)}&sort=name`)).toBe('elder');
    expect(await names(`usedSince=${at(-86400)}&sort=name`)).toBe('Apple banana elder');
  });

  it('finds what ends soon, and what nobody has used for long', async () => {
    const at = (seconds: number) => new Date(server.clock.millis() + seconds * 1000).toISOString();
    expect(await names(`expiresBefore=${at(12 * 3600)}&status=live`)).toBe('Apple');
    expect(await names(`unusedSince=${at(-3660)}&sort=name`)).toBe('Apple banana cherry date');
    expect(await names(`unusedSince=${at(-3600 * 24)}`)).toBe('');
  });

  it.each(['created', '-created', 'name', '-name', 'expires', '-expires', 'lastUsed', '-lastUsed'])(
    'by %s has each key once over its pages, also where keys come and go meanwhile',
    async (sort) => {
      const seen: string[] = [];
      let extra: string | undefined;
      for (let cursor: string | null = ''; cursor !== null;) {
        const { status, body } = await list(`limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`);
        expect(status).toBe(200);
        seen.push(...(body.items as { name: string }[]).map(({ name }) => name));
        cursor = body.nextCursor;
        extra ??= (await server.createKey({ name: 'in between', ttlHours: 15 })).id;
      }
      const others = seen.filter((name) => name !== 'in between').sort();
      expect(others).toEqual(['Apple', 'banana', 'cherry', 'date', 'elder', 'fig']);
      await server.as(ALICE, 'POST', `/v1/keys/${extra}/revoke`, {});
      await server.as(ALICE, 'PATCH', `/v1/keys/${extra}`, { name: 'in between' });
    },
  );

  it.each([
    'status=',
    'status=live,odd',
    'status=live&status=revoked',
    'sort=constructor',
    'sort=__proto__',
    'sort=name;drop',
    'q=',
    'q[a]=b',
    'q=%00',
    'owner=x',
    'expiresBefore=tomorrow',
    'expiresBefore=2030-01-01',
    'neverExpires=maybe',
    `cursor=${Buffer.from('["name","x","key_1"]').toString('base64url')}`,
    `cursor=${Buffer.from('["-created","0000-01-01 00:00:00+00","key_1"]').toString('base64url')}`,
    `cursor=${Buffer.from('["-created","2026-02-31 00:00:00+00","key_1"]').toString('base64url')}`,
    `cursor=${Buffer.from('["-created",1,"key_1"]').toString('base64url')}`,
    `cursor=${Buffer.from('[]').toString('base64url')}`,
    'cursor=null',
  ])('refuses %s', async (query) => {
    expect((await list(query)).status).toBe(400);
  });
});
