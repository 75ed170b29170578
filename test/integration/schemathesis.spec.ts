import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { ALICE } from '../support/keycloak-stand-in.js';

const run = promisify(execFile);
const SETTINGS = new URL('schemathesis.toml', import.meta.url);
const DESCRIPTION = join(import.meta.dirname, '..', 'contract', 'openapi.json');
const MOST_OUTPUT = 64 * 1024 * 1024;

/** The description is that of the build, which the contract's own test holds against the code. */
describe('the API, held against its description', () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apikm-schemathesis-'));
    server = await TestServer.start({ APIKM_RATE_LIMIT: '1000000/minute', APIKM_MAX_KEYS_PER_USER: '0' });
    server.keycloak.add({ id: 'admin', username: 'root', roles: ['apikm-admin'] });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it.each<[string, string | undefined, string[]]>([
    ['nobody', undefined, []],
    ['a user', ALICE, []],
    // The rest answers an administrator as it answers a user.
    ['an administrator', 'admin', ['--include-tag', 'Administration']],
  ])('answers %s as it says, whatever is sent, and never with an error of its own', async (_, sub, which) => {
    const { stdout } = await held(sub, which);
    expect(stdout).toMatch(/Tested: \d+/);
    expect(stdout).toMatch(/No issues found|passed/);
  });

  /** @throws what was found, with the requests that show it */
  async function held(sub: string | undefined, which: string[]): Promise<{ stdout: string }> {
    const settings = join(folder, `${sub ?? 'nobody'}.toml`);
    const token = sub && `\n[auth.openapi.accessToken]\nbearer = "${await server.token(sub)}"\n`;
    await writeFile(settings, `${await readFile(SETTINGS, 'utf8')}${token ?? ''}`);
    const args = [
      '--config-file',
      settings,
      'run',
      DESCRIPTION,
      '--url',
      server.url,
      '--checks',
      'all',
      ...which,
    ];
    const options = { cwd: folder, maxBuffer: MOST_OUTPUT };
    return run('schemathesis', [...args, '--no-color', '--warnings', 'off'], options).catch(
      (error: unknown) => {
        throw new Error((error as { stdout: string }).stdout);
      },
    );
  }
});
