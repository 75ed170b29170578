import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { UsageFlusher } from '../../src/usage/usage-flusher.js';
import { ALICE, BOB } from '../support/keycloak-stand-in.js';

interface Rule {
  code: string;
  passes: boolean;
  saw: Record<string, unknown>;
}

describe('why a key is refused', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(() => server.stop());

  const explain = async (id: string, body: object = {}) => {
    const answer = await server.as(ALICE, 'POST', `/v1/keys/${id}/explain`, body);
    expect(answer.status).toBe(200);
    const rules = answer.body.rules as Rule[];
    return { ...answer.body, refusing: rules.filter(({ passes }) => !passes).map(({ code }) => code), rules };
  };
  const saw = (rules: Rule[], code: string) => rules.find((rule) => rule.code === code)!.saw;
  const use = async (id: string) => (await server.as(ALICE, 'GET', `/v1/keys/${id}`)).body.usage;

  it('is told in full: every rule that refuses, and what each saw', async () => {
    const limits = { audiences: ['maps'], allowedIps: ['10.0.0.0/8'], roles: ['reader'] };
    const { id } = await server.createKey({ ...limits, ttlHours: 1 });
    const asked = {
      ...{ audience: 'files', require: 'role:reader,scope:a%2Cb', clientIp: '192.0.2.1' },
      at: new Date(server.clock.millis() + 7_200_000).toISOString(),
    };
    const { valid, code, decidedBy, refusing, rules } = await explain(id, asked);
    expect([valid, code, decidedBy]).toEqual([false, 'EXPIRED', 'The key has not expired.']);
    expect(refusing).toEqual(['EXPIRED', 'IP_NOT_ALLOWED', 'AUDIENCE_NOT_ALLOWED', 'INSUFFICIENT_RIGHTS']);
    expect(saw(rules, 'IP_NOT_ALLOWED')).toEqual({ clientIp: '192.0.2.1', allowedIps: ['10.0.0.0/8'] });
    expect(saw(rules, 'AUDIENCE_NOT_ALLOWED')).toMatchObject({ audience: 'files', audiences: ['maps'] });
    expect(saw(rules, 'INSUFFICIENT_RIGHTS')).toMatchObject({
      require: 'role:reader,scope:a%2Cb',
      roles: ['reader'],
    });
  });

  it('is the same decision that a verification gets, and counts nothing', async () => {
    const { id, key } = await server.createKey({ audiences: ['maps'], allowedReferers: ['a.org'] });
    const verify = async (body: object) =>
      (
        await server.call('/v1/verify', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ key, ...body }),
        })
      ).body.code as string;
    const questions = [{}, { referer: 'https://a.org/' }, { audience: 'maps' }];
    const more = [
      { audience: 'maps', referer: 'https://b.org/' },
      { audience: 'maps', referer: 'https://a.org/' },
    ];
    for (const body of [...questions, ...more]) {
      const before = await use(id);
      const { code } = await explain(id, body);
      expect(await use(id)).toEqual(before);
      expect(code).toBe(await verify(body));
    }
  });

  it('needs to be told what the limits look at', async () => {
    const { id } = await server.createKey({ allowedIps: ['10.0.0.0/8'], allowedMethods: ['GET'] });
    const { code, rules } = await explain(id);
    expect(code).toBe('CONTEXT_REQUIRED');
    expect(saw(rules, 'CONTEXT_REQUIRED').needed).toEqual(['clientIp', 'method']);
    expect((await explain(id, { clientIp: '10.1.1.1', method: 'HEAD' })).code).toBe('VALID');
    expect((await explain(id, { clientIp: '10.1.1.1', method: 'PUT' })).code).toBe('METHOD_NOT_ALLOWED');
  });

  it('includes its own rate, and the state that it is in', async () => {
    const { id, key } = await server.createKey({ rateLimit: '1/minute' });
    expect((await explain(id)).code).toBe('VALID');
    await server.check(key);
    expect((await explain(id)).code).toBe('RATE_LIMITED');
    await server.as(ALICE, 'PATCH', `/v1/keys/${id}`, { enabled: false });
    expect((await explain(id)).refusing).toEqual(['DISABLED', 'RATE_LIMITED']);
    await server.as(ALICE, 'POST', `/v1/keys/${id}/revoke`, {});
    expect((await explain(id)).code).toBe('REVOKED');
  });

  it.each([{ require: 'boss' }, { clientIp: 'here' }, { at: 'tomorrow' }, { method: 'get' }, { owner: 'x' }])(
    'asks for a form that it understands: %s',
    async (body) => {
      const { id } = await server.createKey();
      expect((await server.as(ALICE, 'POST', `/v1/keys/${id}/explain`, body)).status).toBe(400);
    },
  );

  it('is told to its owner alone', async () => {
    const { id } = await server.createKey();
    for (const one of [id, 'key_none', 'key_%00']) {
      expect((await server.as(BOB, 'POST', `/v1/keys/${one}/explain`, {})).status).toBe(404);
      expect((await server.as(BOB, 'GET', `/v1/keys/${one}/refusals`)).status).toBe(404);
    }
  });

  it('stands in the list of its latest refusals: when, by which rule, from where, by what', async () => {
    const { id, key } = await server.createKey({ audiences: ['maps'] });
    const headers = {
      'x-api-key': key,
      'x-forwarded-for': '203.0.113.77',
      'user-agent': 'GDAL/3.9.0',
    };
    await server.call('/v1/forward-auth?audience=files&require=role:writer', { headers });
    await server.call('/v1/forward-auth?audience=maps&require=role:boss', { headers });
    await server.call('/v1/forward-auth?audience=maps', { headers });
    const { items } = (await server.as(ALICE, 'GET', `/v1/keys/${id}/refusals`)).body;
    const from = { network: '203.0.113.0/24', agent: 'GDAL', count: 1, at: expect.any(String) };
    expect(items).toEqual(
      expect.arrayContaining([
        { code: 'AUDIENCE_NOT_ALLOWED', audience: 'files', requirement: 'role:writer', ...from },
        { code: 'INSUFFICIENT_RIGHTS', audience: 'maps', requirement: 'role:boss', ...from },
      ]),
    );
    expect(items).toHaveLength(2);
  });

  it('is kept of the latest fifty, in memory and after a flush, without the key', async () => {
    const { id, key } = await server.createKey({ audiences: ['maps'] });
    for (let i = 0; i < 60; i += 1) {
      server.clock.advance(1);
      await server.call(`/v1/forward-auth?audience=a${i}`, { headers: { 'x-api-key': key } });
      if (i === 30) await server.get(UsageFlusher).flush();
    }
    const read = async (query = '') =>
      (await server.as(ALICE, 'GET', `/v1/keys/${id}/refusals${query}`)).body.items as { audience: string }[];
    const expected = Array.from({ length: 50 }, (_, i) => `a${59 - i}`);
    expect((await read()).map(({ audience }) => audience)).toEqual(expected);
    await server.get(UsageFlusher).flush();
    expect((await read()).map(({ audience }) => audience)).toEqual(expected);
    expect(JSON.stringify(await read())).not.toContain(key.slice(4));
    expect((await read('?limit=3')).map(({ audience }) => audience)).toEqual(expected.slice(0, 3));
    expect(await read('?limit=100')).toHaveLength(50);
    expect((await server.as(ALICE, 'GET', `/v1/keys/${id}/refusals?limit=0`)).status).toBe(400);
  });
});
