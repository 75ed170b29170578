import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshDatabaseUrl } from '../support/database-url.js';
import { freePort } from '../support/free-port.js';

const OIDC = {
  APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:9',
  APIKM_OIDC_REALM: 'apikeys',
  APIKM_OIDC_CLIENT_ID: 'apikey-manager',
  APIKM_OIDC_CLIENT_SECRET: 'secret',
};

/** What a start that fails printed, and its exit status. */
describe('a server with two workers that can not start says so once, and ends:', () => {
  beforeAll(() => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
  });

  const run = (settings: Record<string, string>) => {
    const env = {
      PATH: process.env.PATH!,
      ...OIDC,
      APIKM_WORKERS: '2',
      APIKM_LOG_FORMAT: 'json',
      ...settings,
    };
    const options = { env, encoding: 'utf8' as const, timeout: 30_000 };
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/main.js'], options);
    const lines = `${stdout}${stderr}`.split('\n').filter(Boolean);
    const said = lines.map((line) => JSON.parse(line) as { level: string; msg: string });
    return { status, fatal: said.filter(({ level }) => level === 'fatal').map(({ msg }) => msg) };
  };

  it('on the embedded database', () => {
    const { status, fatal } = run({ APIKM_DATABASE_URL: 'pglite:memory' });
    expect([status, fatal]).toEqual([
      1,
      [expect.stringContaining('APIKM_WORKERS: expected 1, since only one')],
    ]);
  });

  it('without the database', async () => {
    const { status, fatal } = run({ APIKM_DATABASE_URL: `${await freshDatabaseUrl()}x` });
    expect([status, fatal]).toEqual([1, [expect.stringContaining('does not exist')]]);
  });

  it.each(['APIKM_PORT', 'APIKM_METRICS_PORT'])('when another program has %s', async (name) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const free = String(await freePort());
    const { status, fatal } = run({
      APIKM_DATABASE_URL: await freshDatabaseUrl(),
      APIKM_PORT: free,
      [name]: String(port),
    });
    taken.close();
    expect([status, fatal]).toEqual([1, [expect.stringMatching(/EADDRINUSE.*:\d+/)]]);
  });
});
