import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.setup.js';
import { Config } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { FollowKeycloak } from '../../src/rights/follow-keycloak.js';
import { OwnerRights } from '../../src/rights/owner-rights.js';
import type { PassReport } from '../../src/rights/sync-state.entity.js';
import { Clock } from '../../src/platform/clock.js';
import { openLog } from '../../src/platform/log.js';
import { freshDatabaseUrl } from './database-url.js';
import { readyDatabase } from './database.js';
import { stopAtTheEnd } from './stop-at-the-end.js';
import { ALICE, KeycloakStandIn } from './keycloak-stand-in.js';
import type { Person } from './keycloak-stand-in.js';

export class FixedClock extends Clock {
  constructor(private time = Date.parse('2026-11-24T00:00:00Z')) {
    super();
  }

  override millis(): number {
    return this.time;
  }

  advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

/** The whole server on a free port with a database in memory, in front of a Keycloak of the test's own. */
export class TestServer {
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly clock: FixedClock,
    readonly keycloak: KeycloakStandIn,
    private readonly app: NestExpressApplication,
    readonly url: string,
    /** What was logged; APIKM_LOG_LEVEL opens it. */
    readonly lines: readonly string[],
  ) {}

  /** @param prepare what is to be so at Keycloak before anybody asks it */
  static async start(
    settings: Record<string, string> = {},
    prepare: (keycloak: KeycloakStandIn) => void = () => undefined,
  ): Promise<TestServer> {
    const keycloak = await KeycloakStandIn.start();
    prepare(keycloak);
    const config = parseConfig({
      APIKM_DATABASE_URL: await freshDatabaseUrl(),
      APIKM_OIDC_ENDPOINT: keycloak.url,
      APIKM_OIDC_REALM: 'apikeys',
      APIKM_OIDC_CLIENT_ID: 'apikey-manager',
      APIKM_OIDC_CLIENT_SECRET: 'secret',
      APIKM_OAUTH2_ATTRIBUTES: 'plan,projects',
      APIKM_KEYCLOAK_SYNC_FREQ: '0',
      APIKM_RATE_LIMIT: '10000/minute',
      APIKM_CREATE_RATE: '',
      APIKM_LOG_LEVEL: 'silent',
      ...settings,
    });
    const clock = new FixedClock(Date.now());
    const lines: string[] = [];
    const log = await openLog(config, { write: (line) => void lines.push(line) });
    const app = await createApp(config, { clock, log, database: await readyDatabase(config.database) });
    await app.listen(Number(settings.APIKM_PORT ?? 0), '127.0.0.1');
    const server = new TestServer(clock, keycloak, app, await app.getUrl(), lines);
    stopAtTheEnd(server);
    return server;
  }

  get<T>(type: new (...args: never[]) => T): T {
    return this.app.get(type);
  }

  get http(): Server {
    return this.app.getHttpServer() as Server;
  }

  /** At the end of its test it stops by itself; one for several tests is stopped by whoever started it. */
  stop(): Promise<void> {
    return (this.stopping ??= this.app.close().then(() => this.keycloak.stop()));
  }

  /** An access token of this person, good for an hour of the server’s clock. */
  token(sub: string): Promise<string> {
    return this.keycloak.accessToken(sub, { exp: Math.floor(this.clock.millis() / 1000) + 3600 });
  }

  /** A management call as this person. */
  async as(sub: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${await this.token(sub)}`,
    };
    if (body !== undefined) headers['content-type'] = 'application/json';
    return this.call(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }

  async call(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text ? (JSON.parse(text) as unknown) : undefined,
    };
  }

  /** Changes a person at the provider and lets the synchronisation see it. */
  async reconcileAs(id: string, change: Partial<Person>): Promise<void> {
    Object.assign(this.keycloak.people.get(id)!, change);
    await this.get(OwnerRights).refresh(id);
  }

  /** One pass of the synchronisation over everybody. */
  synchronize(): Promise<PassReport> {
    return this.get(FollowKeycloak).everybody({ requests: 0, massChangeConfirmed: false });
  }

  /** Where browsers believe the server to be. */
  get publicOrigin(): string {
    return new URL(this.get<Config>(Config as never).http.publicUrl).origin;
  }

  check(key: string): Promise<Answer> {
    return this.call('/auth/check_key', { headers: { 'x-api-key': key } });
  }

  async createKey(input: Record<string, unknown> = {}, sub = ALICE): Promise<{ id: string; key: string }> {
    const { status, body, text } = await this.as(sub, 'POST', '/v1/keys', { name: 'test', ...input });
    if (status !== 201) throw new Error(`no key was created: ${status} ${text}`);
    return body;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: any;
}
