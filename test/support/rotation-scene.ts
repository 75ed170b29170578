import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { expect } from 'vitest';
import type { Browser } from './browser.js';
import { ALICE, KeycloakStandIn } from './keycloak-stand-in.js';
import { RealPostgres } from './real-postgres.js';
import { RealRedis } from './real-redis.js';
import { RollingPair } from './rolling-pair.js';
import { waitFor } from './wait-for.js';

interface Made {
  readonly id: string;
  readonly key: string;
}

/** Two replicas under load with all the secrets that may be changed: PostgreSQL, Redis and Keycloak each want one. */
export class RotationScene {
  private constructor(
    readonly postgres: RealPostgres,
    readonly redis: RealRedis,
    readonly keycloak: KeycloakStandIn,
    /** As the superuser, on the replicas' database. */
    readonly admin: pg.Pool,
    readonly pair: RollingPair,
  ) {}

  /** The users are `manager` and, once a test has made it, `manager2`; their passwords are first and second. */
  static async start(cookieSecret: string): Promise<RotationScene> {
    const [postgres, redis, keycloak] = await Promise.all([
      RealPostgres.start(),
      RealRedis.start('--requirepass', 'first'),
      KeycloakStandIn.start(),
    ]);
    keycloak.secret = 'first';
    await makeDatabases(postgres);
    const pair = await RollingPair.start({
      APIKM_DATABASE_URL: urlOf(postgres, 'manager'),
      APIKM_REDIS_URL: `redis://:first@127.0.0.1:${redis.port}/0`,
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_CLIENT_SECRET: 'first',
      APIKM_COOKIE_SECRET: cookieSecret,
      APIKM_PUBLIC_URL: 'http://localhost:8000',
      // Only word of a change makes an answer another one.
      APIKM_VERIFY_FRESH: '3600',
      APIKM_RATE_LIMIT: '10000/minute',
      APIKM_USAGE_FLUSH_MS: '200',
    });
    const admin = new pg.Pool({ connectionString: postgres.url.replace(/\/postgres$/, '/manager') });
    const scene = new RotationScene(postgres, redis, keycloak, admin, pair);
    const keys = await Promise.all(['a', 'b', 'c', 'd'].map((name) => scene.make(pair.urls[0]!, name)));
    pair.verify(keys.map((key) => ({ ...key, code: 'VALID' })));
    return scene;
  }

  url(user: 'manager' | 'manager2', database = 'manager'): string {
    return urlOf(this.postgres, user, database);
  }

  /** A program of the build. */
  run(settings: Record<string, string>, program: string, ...args: string[]) {
    const env = { PATH: process.env.PATH, APIKM_DATABASE_URL: this.url('manager'), ...settings };
    const { status, stdout, stderr } = spawnSync(process.execPath, [`dist/${program}.js`, ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  }

  /** A key made at the one is good at both, and refused by both once it is revoked there. */
  async isFelt(here: string, there: string): Promise<void> {
    const made = await this.make(here, 'soon over');
    for (const at of [here, there]) expect(await statusAt(at, made)).toBe(200);
    expect((await this.post(here, `/${made.id}/revoke`, {})).status).toBe(200);
    for (const at of [here, there]) await waitFor(async () => (await statusAt(at, made)) === 403);
  }

  /** @returns the status of the callback, which may come to another replica than the one where the login began */
  async logIn(browser: Browser, here: string, there: string): Promise<number> {
    const { location } = await browser.go(`${here}/auth/login?returnTo=/`);
    const asked = new URL(location).searchParams;
    this.keycloak.tokenAnswer = async () => ({
      ...{ access_token: 'at', token_type: 'Bearer', expires_in: 60 },
      id_token: await this.keycloak.idToken(asked.get('nonce')!),
    });
    const back = `code=c&state=${asked.get('state')}&iss=${encodeURIComponent(this.keycloak.issuer)}`;
    return (await browser.go(`${there}/auth/callback?${back}`)).status;
  }

  async stop(): Promise<void> {
    await this.pair.stop();
    await this.admin.end();
    await this.keycloak.stop();
    await this.redis.remove();
    await this.postgres.remove();
  }

  private async post(at: string, path: string, body: object): Promise<Response> {
    const authorization = `Bearer ${await this.keycloak.accessToken(ALICE)}`;
    const headers = { 'content-type': 'application/json', authorization };
    return fetch(`${at}/v1/keys${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async make(at: string, name: string): Promise<Made> {
    const answer = await this.post(at, '', { name });
    expect(answer.status).toBe(201);
    return (await answer.json()) as Made;
  }
}

const statusAt = async (at: string, { key }: Made): Promise<number> =>
  (await fetch(`${at}/auth/check_key`, { headers: { 'x-api-key': key } })).status;

const urlOf = ({ port }: RealPostgres, user: 'manager' | 'manager2', database = 'manager'): string =>
  `postgresql://${user}:${user === 'manager' ? 'first' : 'second'}@127.0.0.1:${port}/${database}`;

/** Two that belong to a user of their own, who needs a password. */
async function makeDatabases(postgres: RealPostgres): Promise<void> {
  const root = new pg.Client({ connectionString: postgres.url });
  await root.connect();
  await root.query(`CREATE ROLE manager LOGIN PASSWORD 'first'`);
  for (const name of ['manager', 'empty']) await root.query(`CREATE DATABASE ${name} OWNER manager`);
  const { rows } = await root.query<{ hba_file: string }>('SHOW hba_file');
  const rules = `VALUES ('host all apikm 127.0.0.1/32 trust'), ('host all all 127.0.0.1/32 scram-sha-256')`;
  await root.query(`COPY (${rules}) TO '${rows[0]!.hba_file}'`);
  await root.query('SELECT pg_reload_conf()');
  await root.end();
}
