import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { cpuTime } from '../support/cpu.js';

describe('another origin', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ APIKM_CORS_ORIGINS_REGEX: 'https://([a-z]+)+\\.example\\.org' });
  });
  afterAll(() => server.stop());

  const from = async (origin: string, path = '/v1/me') => {
    const { headers } = await server.call(path, { headers: { origin } });
    const allow = 'access-control-allow';
    return [headers.get(`${allow}-origin`), headers.get(`${allow}-credentials`)];
  };

  it('is let in with credentials where the settings name it, whole', async () => {
    expect(await from('https://app.example.org')).toEqual(['https://app.example.org', 'true']);
    for (const foreign of [
      'https://evil.org',
      'https://app.example.org.evil.com',
      'https://evil.com/?https://app.example.org',
      'http://app.example.org',
      'null',
    ])
      expect(await from(foreign)).toEqual([null, null]);
  });

  it('may verify, and read the description, without credentials', async () => {
    expect(await from('https://evil.org', '/auth/check_key')).toEqual(['*', null]);
    expect(await from('https://evil.org', '/openapi.json')).toEqual(['*', null]);
  });

  // The pattern alone would take longer than anybody lives.
  it('of any length is answered at once, however slow the pattern', async () => {
    await from('https://evil.org');
    const spent = cpuTime();
    expect(await from(`https://${'a'.repeat(14_000)}`)).toEqual([null, null]);
    expect(spent()).toBeLessThan(1000);
    expect(await from(`https://${'a'.repeat(50_000)}`)).toEqual([null, null]);
    const tooLong = await server.call('/v1/me', { headers: { origin: `https://${'a'.repeat(70_000)}` } });
    expect(tooLong.status).toBe(431);
    expect(spent()).toBeLessThan(1000);
  });
});
