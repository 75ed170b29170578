import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

describe('the log', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_LOG_LEVEL: 'trace', APIKM_LOG_FORMAT: 'json' });
    ({ key } = await server.createKey());
  });
  afterAll(() => server.stop());

  const logged = () => server.lines.join('');

  it('never holds a key, whatever carries it', async () => {
    const basic = Buffer.from(`u:${key}`).toString('base64');
    const bad = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    for (const one of [key, bad]) {
      await server.call(`/auth/check_key?api-key=${one}`, { headers: { referer: `http://x/?k=${one}` } });
      await server.call(`/k/${one}/auth/check_key`);
      await server.call(`/nowhere/${one}?api%2Dkey=${one}`);
      await server.call('/auth/check_key', {
        headers: { authorization: `Basic ${basic}`, cookie: `k=${one}` },
      });
      await server.as(ALICE, 'POST', `/v1/keys/${one}/revoke`);
      await server.as(ALICE, 'GET', `/auth/api_key/revoke?api-key=${one}x`);
      await server.as(ALICE, 'POST', '/v1/keys', { name: one, unknown: one });
    }
    expect(server.lines.length).toBeGreaterThan(5);
    expect(logged()).not.toContain(key.slice(6));
    expect(logged()).not.toContain(basic);
  });

  it('tells once of a gateway that is not trusted, and what to set', async () => {
    const headers = { 'x-original-uri': '/a.tif' };
    const ask = async () => {
      const [answer] = (await once(
        get(`${server.url}/v1/forward-auth`, { agent: false, headers }),
        'response',
      )) as [IncomingMessage];
      answer.resume();
    };
    await ask();
    await ask();
    const told = server.lines.filter((line) => line.includes('APIKM_TRUSTED_PROXIES'));
    expect(told).toEqual([expect.stringContaining('x-original-uri from 127.0.0.1 is ignored')]);
  });

  it('tells the request id that the answer told', async () => {
    const { headers } = await server.call('/nowhere');
    expect(logged()).toContain(`"requestId":"${headers.get('x-request-id')}"`);
    await server.call('/nowhere', { headers: { 'x-request-id': 'my-id.1' } });
    expect(logged()).toContain('"requestId":"my-id.1"');
  });

  it('is silent about verifications and probes, unless one looks for a fault', async () => {
    const quiet = await TestServer.start({ APIKM_LOG_LEVEL: 'info' });
    const made = await quiet.createKey();
    const before = quiet.lines.length;
    await quiet.check(made.key);
    await quiet.check('akm_wrong');
    await quiet.call('/health/live');
    expect(quiet.lines.length).toBe(before);
    await server.check('akm_wrong');
    expect(server.lines.at(-1)).toContain('"status":403');
  });

  it('takes line ends and terminal codes as text', async () => {
    await server.as(ALICE, 'POST', '/v1/keys', { name: 'x' });
    await server.call('/a%0d%0ab%1b[31m');
    expect(server.lines.every((line) => line.trimEnd().split('\n').length === 1)).toBe(true);
    expect(logged()).not.toContain('\u001b');
  });
});
