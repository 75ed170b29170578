import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.js';

const VERSION = '26.7.3';
const CACHE = join(homedir(), '.cache', 'apikeymanager');
const HOME = join(CACHE, `keycloak-${VERSION}`);
const REALM_FILE = new URL('../fixtures/keycloak/realm-apikeys.json', import.meta.url).pathname;
const ADMIN = { username: 'root', password: 'root' };
/** 15 s on a machine that does nothing else. */
const START_MS = 300_000;

/** A Keycloak with the realm of test/fixtures/keycloak, on a free loopback port; its data is gone with it. */
export class RealKeycloak {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly named: string,
  ) {}

  /** @param named how it names itself; by default as it is asked */
  static async start(named = '--hostname-strict=false'): Promise<RealKeycloak> {
    if (!existsSync(HOME)) install();
    const keycloak = new RealKeycloak(await freePort(), named);
    await keycloak.resume().catch(async (error: unknown) => {
      await keycloak.stop();
      throw error;
    });
    return keycloak;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async resume(): Promise<void> {
    const options = [
      `--http-port=${this.port}`,
      '--http-host=127.0.0.1',
      '--http-enabled=true',
      '--import-realm',
    ];
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    };
    // exec: the process id is Java's own, not a shell's.
    const script = join(HOME, 'bin', 'kc.sh');
    this.process = spawn(script, ['start', '--optimized', this.named, ...options], {
      env,
      stdio: 'ignore',
      detached: true,
    });
    await this.answering();
  }

  async stop(): Promise<void> {
    const { pid } = this.process!;
    const ended = once(this.process!, 'exit');
    process.kill(-pid!, 'SIGKILL');
    await ended;
  }

  /** An access token of our client, by the person's password. */
  async userToken(username: string, password: string): Promise<string> {
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: 'apikey-manager',
      client_secret: 'apikey-manager-secret',
      ...{ username, password },
    });
    const url = `${this.url}/realms/apikeys/protocol/openid-connect/token`;
    const answer = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
      access_token?: string;
    };
    if (!answer.access_token) throw new Error(`Keycloak gave no token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }

  /** One realm more. */
  createRealm(representation: object): Promise<unknown> {
    return this.administer('POST', '', representation);
  }

  /** Runs lines for a shell as somebody does who has logged in with kcadm.sh. @returns what they print */
  shell(lines: string, folder: string): string {
    const config = join(folder, 'kcadm.config');
    const login = `kcadm.sh config credentials --server ${this.url} --realm master --user root --password root`;
    const withConfig = `kcadm.sh() { "${join(HOME, 'bin', 'kcadm.sh')}" "$@" --config "${config}"; }`;
    return run('bash', ['-euc', [withConfig, `${login} >&2`, 'REALM=apikeys', lines].join('\n')]);
  }

  /** A call of the admin REST below the realm, as an administrator of Keycloak. */
  admin(method: string, path: string, body?: unknown): Promise<any> {
    return this.administer(method, `/apikeys${path}`, body);
  }

  private async administer(method: string, path: string, body?: unknown): Promise<any> {
    const form = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN });
    const url = `${this.url}/realms/master/protocol/openid-connect/token`;
    const { access_token: token } = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
      access_token: string;
    };
    const response = await fetch(`${this.url}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Keycloak: ${method} ${path} answered ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Not only the port: the realm is imported after that opens. */
  private async answering(): Promise<void> {
    const giveUpAt = performance.now() + START_MS;
    while (performance.now() < giveUpAt) {
      const url = `${this.url}/realms/apikeys/.well-known/openid-configuration`;
      const answer = await fetch(url).catch(() => undefined);
      if (answer?.ok) return;
      await pause(250);
    }
    throw new Error(`Keycloak did not start within ${START_MS / 1000} s`);
  }
}

/** Fetched from Maven Central and built once; later runs start from the cache. */
function install(): void {
  mkdirSync(CACHE, { recursive: true });
  const artifact = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
  run('mvn', ['-q', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false']);
  const stored = join(homedir(), '.m2', 'repository', 'org', 'keycloak', 'keycloak-quarkus-dist', VERSION);
  const draft = join(CACHE, `draft-${process.pid}`);
  mkdirSync(draft);
  run('unzip', ['-q', join(stored, `keycloak-quarkus-dist-${VERSION}.zip`), '-d', draft]);
  const home = join(draft, `keycloak-${VERSION}`);
  mkdirSync(join(home, 'data', 'import'), { recursive: true });
  copyFileSync(REALM_FILE, join(home, 'data', 'import', 'realm.json'));
  run(join(home, 'bin', 'kc.sh'), ['build', '--db=dev-mem']);
  // Specs run side by side: whoever comes second finds the same Keycloak there, which no rename replaces.
  try {
    renameSync(home, HOME);
  } catch (error) {
    if (!existsSync(HOME)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function run(program: string, args: string[]): string {
  const { status, stderr, stdout, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr || stdout || String(error)}`);
  return stdout;
}
