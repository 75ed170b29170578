import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/audit/verify.js';
import { TestServer } from '../support/app.js';
import type { Answer } from '../support/app.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

type Line = Record<string, any>;

describe('the audit for administrators', () => {
  let server: TestServer;
  let changed: string;
  let replacement: string;
  let since: string;
  let later: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_KEYCLOAK_SYNC_FREQ: '3600' });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
    await by(ALICE, 'GET', '/v1/me');
    since = server.clock.now().toISOString();
    changed = (await by(ALICE, 'POST', '/v1/keys', { name: 'old', audiences: ['maps', 'files'] })).body.id;
    await by(ALICE, 'PATCH', `/v1/keys/${changed}`, {
      name: 'new',
      audiences: ['maps'],
      rateLimit: '5/minute',
    });
    await by(ALICE, 'PATCH', `/v1/keys/${changed}`, { enabled: false });
    await by(ALICE, 'PATCH', `/v1/keys/${changed}`, { enabled: true });
    replacement = (await by(ALICE, 'POST', `/v1/keys/${changed}/rotate`, { overlapHours: 1 })).body.id;
    await by(ALICE, 'POST', `/v1/keys/${replacement}/revoke`, { reason: 'lost' });
    await by(ALICE, 'POST', `/v1/keys/${replacement}/renew`, { ttlHours: 5 });
    server.clock.advance(60);
    later = server.clock.now().toISOString();
    await by('admin', 'POST', `/v1/admin/keys/${replacement}/disable`, { reason: 'odd' });
    await by('admin', 'POST', `/v1/admin/keys/${replacement}/enable`);
    await by('admin', 'POST', `/v1/admin/keys/${replacement}/revoke`, { reason: 'found' });
    await by('admin', 'POST', '/v1/admin/sync', { action: 'pause' });
    await by('admin', 'POST', '/v1/admin/sync', { action: 'resume' });
    const { key } = await server.createKey({ name: 'bob’s' }, BOB);
    await server.check(key);
  });
  afterAll(() => server.stop());

  async function by(sub: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await server.token(sub)}`,
      'user-agent': 'curl/8.5.0',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const answer = await server.call(path, { method, headers, body: JSON.stringify(body) });
    expect(answer.status).toBeLessThan(300);
    return answer;
  }
  const audit = (query = '') => server.as('admin', 'GET', `/v1/admin/audit?${query}`);
  const lines = async (query = ''): Promise<Line[]> => (await audit(query)).body.items as Line[];
  const only = async (query: string): Promise<Line> => {
    const found = await lines(query);
    expect(found).toHaveLength(1);
    return found[0]!;
  };

  it('is shown to nobody else', async () => {
    expect((await server.call('/v1/admin/audit')).status).toBe(401);
    for (const query of ['', '?format=ndjson']) {
      const { status, body } = await server.as(ALICE, 'GET', `/v1/admin/audit${query}`);
      expect([status, body.code]).toEqual([403, 'ADMIN_ONLY']);
    }
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is changed by no %s', async (method) => {
    expect((await server.as('admin', method, '/v1/admin/audit', {})).status).toBe(405);
    const headers = {
      authorization: `Bearer ${await server.token('admin')}`,
      'x-http-method-override': method,
    };
    expect((await server.call('/v1/admin/audit', { headers })).status).toBe(200);
  });

  it.each<[string, object]>([
    ['key.created', { details: expect.any(Object) }],
    [
      'key.changed',
      {
        details: {
          changed: {
            name: { from: 'old', to: 'new' },
            audiences: { from: ['maps', 'files'], to: ['maps'] },
            rateLimit: { from: null, to: '5/minute' },
          },
        },
      },
    ],
    ['key.disabled', {}],
    ['key.enabled', {}],
    ['key.replaced', {}],
  ])('tells of a %s by the owner who did it, how, from where and by what', async (action, more) => {
    expect(await only(`action=${action}&key=${changed}`)).toMatchObject({
      ...{ action, actorId: ALICE, login: 'alice', via: 'token', ownerId: ALICE, keyId: changed },
      ...{ network: '127.0.0.0/24', agent: 'curl', number: expect.any(Number), at: since, keyName: 'new' },
      ...more,
    });
  });

  it('tells what was revoked and renewed, and why', async () => {
    const [byAdmin, own] = await lines(`action=key.revoked&key=${replacement}`);
    expect(own).toMatchObject({ actorId: ALICE, via: 'token', details: { reason: 'lost' } });
    expect(byAdmin).toMatchObject({ actorId: 'admin', via: 'administrator', details: { reason: 'found' } });
    expect(byAdmin).toMatchObject({ ownerId: ALICE, ownerLogin: 'alice' });
    const renewed = await only(`action=key.renewed&key=${replacement}`);
    expect(renewed).toMatchObject({ actorId: ALICE, via: 'token', agent: 'curl' });
    expect(renewed.details.changed).toMatchObject({
      revokedBy: { from: 'owner', to: null },
      revokeReason: { from: 'lost', to: null },
      expiresAt: { to: expect.any(String) },
    });
  });

  it.each<[string, string, object]>([
    ['key.disabled', 'KEY', { details: { reason: 'odd' }, ownerId: ALICE }],
    ['key.enabled', 'KEY', { ownerId: ALICE }],
    ['sync.pause', '', { ownerId: null, keyId: null }],
    ['sync.resume', '', { ownerId: null, keyId: null }],
  ])('tells of a %s by an administrator', async (action, key, more) => {
    const query = `action=${action}&actor=admin${key && `&key=${replacement}`}`;
    expect(await only(query)).toMatchObject({
      ...{ action, actorId: 'admin', login: 'root', via: 'administrator', at: later },
      ...{ network: '127.0.0.0/24', agent: 'curl' },
      ...more,
    });
  });

  it('tells which rights a person was given, by nobody', async () => {
    const line = (await lines(`action=owner.rights-changed&owner=${ALICE}`)).at(-1);
    expect(line).toMatchObject({ actorId: null, login: null, via: 'program', network: null, agent: null });
    expect(line!.details).toMatchObject({ enabled: true, roles: ['reader', 'writer'] });
  });

  it('is filtered by each field, and by all at once', async () => {
    const every = async (query: string, holds: (line: Line) => boolean) => {
      const found = await lines(`limit=100&${query}`);
      expect(found.length).toBeGreaterThan(0);
      const all = await lines('limit=100');
      expect(found).toEqual(all.filter(holds));
    };
    await every(`owner=${BOB}`, ({ ownerId }) => ownerId === BOB);
    await every('actor=admin', ({ actorId }) => actorId === 'admin');
    await every(`key=${changed}`, ({ keyId }) => keyId === changed);
    await every('action=key.created', ({ action }) => action === 'key.created');
    await every(`from=${later}`, ({ at }) => at >= later);
    await every(`to=${later}`, ({ at }) => at < later);
    await every(`from=${since}&to=${later}`, ({ at }) => at >= since && at < later);
    await every(
      `from=${since}&action=key.created&actor=${BOB}&owner=${BOB}`,
      ({ action, actorId }) => action === 'key.created' && actorId === BOB,
    );
    await every('actor=Alice', ({ login }) => login === 'alice');
    await every('owner=bob', ({ ownerId }) => ownerId === BOB);
    expect(await lines('actor=alic')).toEqual([]);
    expect(await lines('key=key_unknown&owner=nobody')).toEqual([]);
  });

  it('comes page by page, the latest first, and says how many lines there are', async () => {
    const { body: first } = await audit('limit=3');
    expect(first.rows).toBe(Number((await verifyChain(server.get(DataSource))).rows));
    const numbers: number[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await audit(`limit=3${cursor && `&cursor=${cursor}`}`);
      numbers.push(...(body.items as Line[]).map(({ number }) => number as number));
      if (cursor) expect(body.rows).toBeUndefined();
      cursor = body.nextCursor;
    }
    expect(numbers).toEqual(Array.from({ length: first.rows }, (_, i) => first.rows - i));
  });

  it('comes whole as NDJSON, filtered alike', async () => {
    const { text, headers } = await audit(`format=ndjson&limit=1`);
    expect(headers.get('content-type')).toContain('application/x-ndjson');
    expect(headers.get('content-disposition')).toContain('audit.ndjson');
    expect(text.endsWith('}\n')).toBe(true);
    const parsed = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(parsed).toEqual(await lines('limit=100'));
    const ofBob = await audit(`format=ndjson&owner=${BOB}&action=key.created`);
    expect(ofBob.text.trimEnd().split('\n')).toHaveLength(1);
    expect((await audit('format=ndjson&actor=nobody')).text).toBe('');
  });

  it('never holds a key', async () => {
    const { key } = await server.createKey({ name: 'secret' });
    expect((await audit('format=ndjson')).text).not.toContain(key.slice(8, -8));
  });

  it.each([
    ...['action=', 'action=key.eaten', 'action=constructor', 'action=__proto__', 'action[]=key.created'],
    ...['action=key.created&action=key.revoked', 'actor=', 'actor=%00', 'owner=%00', 'owner=a&owner=b'],
    ...['key=%00', `key=${'x'.repeat(101)}`, 'from=yesterday', 'from=2026-01-01', 'to=2026-02-30T00:00:00Z'],
    ...['from=0000-01-01T00:00:00Z', 'to=9999-12-31T23:59:59-12:00', 'from=2026-01-01T24:00:01Z'],
    ...[
      'limit=-1',
      'limit=0',
      'limit=101',
      'limit=1e1',
      'cursor=0',
      'cursor=-1',
      'cursor=',
      'cursor=1&cursor=2',
    ],
    ...['cursor=9999999999999999999', 'format=csv', 'login=alice', 'constructor=1', 'valueOf[x]=1'],
  ])('is refused for %s', async (query) => {
    expect((await audit(query)).status).toBe(400);
  });

  it.each([
    '__proto__=1',
    'owner=%ED%A0%80',
    'owner=%',
    'cursor=999999999999999999',
    'from=2026-01-01T24:00Z',
    '&&=&',
  ])('survives %s', async (query) => {
    expect((await audit(query)).status).toBeLessThan(500);
  });
});
