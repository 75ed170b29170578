import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';

const program = (name: string): string => join(process.cwd(), 'dist', name);

/** On the built code, as the image runs it. */
describe('the process', () => {
  let folder: string;
  beforeAll(() => {
    expect(spawnSync('npm', ['run', 'build', '--silent']).status).toBe(0);
    folder = mkdtempSync(join(tmpdir(), 'apikm-start-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const PRODUCTION = {
    NODE_ENV: 'production',
    APIKM_PUBLIC_URL: 'https://keys.example.org',
    APIKM_COOKIE_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
    APIKM_DATABASE_URL: 'pglite:memory',
    APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:1',
    APIKM_OIDC_REALM: 'r',
    APIKM_OIDC_CLIENT_ID: 'c',
    APIKM_OIDC_CLIENT_SECRET: 's',
    APIKM_KEYCLOAK_SYNC_FREQ: '0',
    APIKM_DRAIN_SECONDS: '0',
  };

  const run = (name: string, env: Record<string, string>): string[] => {
    const options = { cwd: folder, encoding: 'utf8' as const, env: { PATH: process.env.PATH!, ...env } };
    const { stdout, stderr, status } = spawnSync(process.execPath, [program(name)], options);
    expect(status).toBe(1);
    return `${stdout}${stderr}`.split('\n').filter(Boolean);
  };

  it.each(['main.js', 'migrate.js'])(
    'says why %s ends as one line of JSON in production, whatever it is',
    (name) => {
      const wrongSettings = run(name, { ...PRODUCTION, APIKM_PORT: 'nine' });
      expect(wrongSettings.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ level: 'fatal', msg: expect.stringContaining('APIKM_PORT: expected') }),
      ]);
      const database = 'postgresql://u@h/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem';
      const noDatabase = run(name, { ...PRODUCTION, APIKM_DATABASE_URL: database });
      expect(JSON.parse(noDatabase.at(-1)!)).toMatchObject({
        level: 'fatal',
        msg: expect.stringContaining('/nowhere/ca.pem'),
      });
      for (const line of noDatabase) expect(() => JSON.parse(line) as unknown).not.toThrow();
    },
  );

  it('says it to people in words', () => {
    expect(run('main.js', { APIKM_PORT: 'nine' }).join('\n')).toMatch(
      /^The server can't start: [^]*APIKM_PORT/,
    );
  });

  it('tells from its begin what it is doing, and at the end where it listens and where browsers find it', async () => {
    const port = String(await freePort());
    const env = { PATH: process.env.PATH!, ...PRODUCTION, APIKM_PORT: port, APIKM_HOST: '::' };
    const child = spawn(process.execPath, [program('main.js')], { cwd: folder, env });
    let text = '';
    child.stdout.on('data', (part) => (text += String(part)));
    await expect.poll(() => text, { timeout: 60_000 }).toContain('listens on');
    for (const host of ['127.0.0.1', '[::1]'])
      expect((await fetch(`http://${host}:${port}/health/live`)).status).toBe(200);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    const said = text
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(said[0]).toMatch(/^version \d+\.\d+\.\d+ on Node v\d+.* starts: loading the program$/);
    expect(said[1]).toBe('loaded: opening the database and starting the services');
    expect(said.find((line) => line.includes('listens on'))).toBe(
      `API-Key Manager listens on http://[::]:${port}, for browsers on https://keys.example.org`,
    );
  });
});
