import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';

describe('what an operator asks a gateway to ask', () => {
  let server: TestServer;
  let strict: TestServer;
  let key: string;
  beforeAll(async () => {
    strict = await TestServer.start();
    // The last to start, since Nest's loggers write to the log of that one.
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1', APIKM_LOG_LEVEL: 'warn' });
    ({ key } = await server.createKey());
  });
  afterAll(async () => {
    await server.stop();
    await strict.stop();
  });

  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await server.call(path, { headers: { 'x-api-key': key, ...headers } });
    return { code: answer.headers.get('x-apikm-code'), ...answer };
  };

  it.each([
    '?requires=role:boss',
    '?Require=role:boss',
    '?REQUIRE=role:boss',
    '?role=boss',
    '?require=',
    '?audience=',
    '?require=role:reader&require=role:boss',
    '?require=boss',
    '?status=ngnix',
    '?cache=ten',
    '?preflight=yes',
    '?send=everything',
    '?constructor=1',
    '?__proto__=1',
    '?audience=maps&x',
    `?require=${'role:reader,'.repeat(100)}role:boss`,
  ])('lets nobody pass when it can’t be understood, and says so once: %s', async (query) => {
    const before = server.lines.length;
    for (let i = 0; i < 2; i += 1)
      expect(await ask(`/v1/forward-auth${query}`)).toMatchObject({
        status: 403,
        code: 'INVALID_REQUIREMENT',
      });
    expect(server.lines.length - before).toBeLessThanOrEqual(1);
    expect(server.lines.join()).toContain('options are not understood');
  });

  it.each(['/?require=role:boss', '//?require=role:boss', '/check?require=role:boss', '/check?Role=boss'])(
    'lets nobody pass when it stands in the wrong place: %s',
    async (path) => {
      const told = { 'x-original-uri': '/tiles/1.tif' };
      expect(await ask(`/v1/forward-auth${path}`, told)).toMatchObject({
        status: 403,
        code: 'INVALID_REQUIREMENT',
      });
    },
  );

  it('lets nobody pass when its header stands where the query is to say it', async () => {
    for (const options of ['require=role:boss', 'audience=maps', 'bogus'])
      expect(await ask('/v1/forward-auth', { 'x-apikm-options': options })).toMatchObject({
        status: 403,
        code: 'INVALID_REQUIREMENT',
      });
    expect(server.lines.join()).toContain('X-Apikm-Options, at /v1/forward-auth itself');
  });

  it('lets nobody pass when a stranger says it', async () => {
    const made = await strict.createKey();
    for (const path of ['/v1/forward-auth', '/v1/forward-auth/tiles/1.tif']) {
      const headers = { 'x-api-key': made.key, 'x-apikm-options': 'require=role:boss' };
      const answer = await strict.call(path, { headers });
      expect([answer.status, answer.headers.get('x-apikm-code')]).toEqual([403, 'INVALID_REQUIREMENT']);
    }
  });

  it('is never logged with a key that stands in the wrong place', async () => {
    const uuid = '123e4567-e89b-42d3-a456-426614174000';
    await ask(`/v1/forward-auth?${uuid}`);
    await ask(`/v1/forward-auth?${key}`);
    expect(server.lines.join()).not.toContain(uuid);
    expect(server.lines.join()).not.toContain(key.slice(0, 20));
    expect(server.lines.join()).toContain('[key]');
  });

  it('chooses what is sent, and the rest stays there, empty', async () => {
    const { headers } = await ask('/v1/forward-auth?send=login,roles', { 'x-original-uri': '/a' });
    const sent = (name: string) => headers.get(`x-apikm-${name}`);
    expect([sent('login'), sent('roles')]).toEqual(['alice', 'reader,writer']);
    expect(['user', 'key-id', 'groups', 'expires', 'upstream-uri', 'left-out'].map(sent)).toEqual(
      Array(6).fill(''),
    );
    expect((await ask('/v1/forward-auth')).headers.get('x-apikm-groups')).toBe('/org');
  });

  it('leaves a list out that is too long for a gateway, whole and by name, and still requires of it', async () => {
    const groups = Array.from({ length: 1000 }, (_, i) => `/org/team-${i}`);
    server.keycloak.add({ id: 'busy', username: 'busy', roles: ['reader'], groups });
    const busy = await server.createKey({}, 'busy');
    const route = '/v1/forward-auth?require=group:/org/team-999';
    const { status, headers } = await ask(route, { 'x-api-key': busy.key });
    expect([status, headers.get('x-apikm-left-out'), headers.get('x-apikm-groups')]).toEqual([
      200,
      'groups',
      '',
    ]);
    expect(headers.get('x-apikm-roles')).toBe('reader');
  });

  it.each([
    ['role:a%2Cb', 200],
    ['role:a%2Cb,group:/g%2C1', 200],
    // By a library, all of it.
    [encodeURIComponent('role:a%2Cb,group:/g%2C1'), 200],
    [encodeURIComponent('role:reader,group:/g%2C1'), 200],
    ['role:100%', 200],
    ['role:a%2Cc', 403],
    ['role:a%2Cb,group:/other', 403],
    ['role:a', 403],
  ])('requires names as the headers write them: %s', async (require, status) => {
    const roles = ['a,b', 'reader', '100%'];
    server.keycloak.add({ id: 'odd', username: 'odd', roles, groups: ['/g,1'] });
    const odd = await server.createKey({}, 'odd');
    const answer = await ask(`/v1/forward-auth?require=${require}`, { 'x-api-key': odd.key });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.headers.get('x-apikm-roles')).toContain('a%2Cb');
    const headers = { 'x-api-key': odd.key, 'x-apikm-options': `require=${require}` };
    expect((await ask('/v1/forward-auth/tiles/1.tif', headers)).status).toBe(status);
  });

  it('is kept by nobody for a key that is counted, and for others only as what it was asked for', async () => {
    const counted = await server.createKey({ rateLimit: '100/minute' });
    const kept = (await ask('/v1/forward-auth?cache=60')).headers;
    expect(kept.get('cache-control')).toBe('private, max-age=60');
    for (const name of ['referer', 'x-apikm-options', 'x-original-method', 'origin'])
      expect(kept.get('vary')!.toLowerCase()).toContain(name);
    const { headers } = await ask('/v1/forward-auth?cache=60', { 'x-api-key': counted.key });
    expect(headers.get('cache-control')).toBe('private, no-store');
  });

  it.each([
    ['@evil/', '/@evil/'],
    ['evil.org/', '/evil.org/'],
    ['/a?api-key=x', '/a'],
    ['http://evil.org/a', '/a'],
  ])('hands %s on as %s, a path of its own', async (uri, upstream) => {
    const { headers } = await ask('/v1/forward-auth', { 'x-original-uri': uri });
    expect(headers.get('x-apikm-upstream-uri')).toBe(upstream);
  });

  it('is read in time that grows with its length, and no faster', async () => {
    const timeOf = async (length: number): Promise<number> => {
      const path = `/v1/forward-auth${'/k/a'.repeat(length)}/`;
      const startedAt = performance.now();
      for (let i = 0; i < 20; i += 1) await ask(path);
      return performance.now() - startedAt;
    };
    await timeOf(100);
    const ratios = [];
    for (let i = 0; i < 5; i += 1) ratios.push((await timeOf(3600)) / (await timeOf(360)));
    expect(Math.min(...ratios)).toBeLessThan(8);
  });
});
