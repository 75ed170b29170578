import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { SERVICE_ACCOUNT, adminAnswer } from './keycloak-admin-reads.js';

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

export interface AdminEvent {
  readonly id: string;
  readonly time: number;
  readonly resourceType: string;
  readonly resourcePath: string;
}

export interface Person {
  id: string;
  username: string;
  enabled: boolean;
  roles: string[];
  /** Those of our client. */
  clientRoles?: string[];
  groups: string[];
  attributes: Record<string, string[]>;
  email?: string;
  emailVerified?: boolean;
  firstName?: string;
  lastName?: string;
}

const SERVICE_TOKEN = new UnsecuredJWT({ sub: SERVICE_ACCOUNT }).encode() + 'unsigned';

export const ALICE = '11111111-1111-4111-8111-111111111111';
export const BOB = '22222222-2222-4222-8222-222222222222';

const WRONG_CLIENT = {
  error: 'unauthorized_client',
  error_description: 'Invalid client or Invalid client credentials',
};

/** To make one takes longer than all else of a start. */
let firstKeys: ReturnType<typeof generateKeyPair> | undefined;

/** Keycloak as far as the service reads it: discovery, keys, the service account's token, three admin reads. */
export class KeycloakStandIn {
  readonly people = new Map<string, Person>();
  /** Set to break every admin read, or those of some paths: the status and body that are answered instead. */
  broken: { readonly status: number; readonly body: string; readonly paths?: RegExp } | undefined;
  /** Ids whose every read is answered 500, as when the user federation behind them is away. */
  readonly unreadable = new Set<string>();
  /** What the service account may read, and whether events are recorded. */
  readonly can = { users: true, queryUsers: false, roles: false, events: false, clients: false };
  readonly events: AdminEvent[] = [];
  /** Milliseconds that every admin read takes. */
  latencyMs = 0;
  /** Admin reads: how many there were, and how many at once at most. */
  readonly reads = { made: 0, now: 0, most: 0 };
  /** Ids that are told to be unknown, as often as the number says, before the truth is told again. */
  readonly forgotten = new Map<string, number>();
  /** What the token endpoint gives for an authorization code; asked with the request's form. */
  tokenAnswer: (asked: URLSearchParams) => Promise<unknown> = () =>
    Promise.resolve({ error: 'invalid_grant' });
  /** The token endpoint sends its answer to a code one byte after another, and never ends. */
  drips = false;
  /** The service account's secret is another one now. */
  refusesAccount = false;
  /** The client's secrets as they are there now: one, or also one of before; undefined: any. */
  secret: string | readonly string[] | undefined;
  /** How discovery names it, instead of where it listens: Keycloak's hostname, when that is fixed. */
  namedAs: string | undefined;
  /** What is answered instead of the discovery document. */
  discoveryBroken: Reply | undefined;
  /** How often the discovery document was read. */
  discoveryReads = 0;
  /** How often the published keys were read. */
  keyReads = 0;
  keysBroken = false;
  /** Every path that was asked for. */
  readonly requests: string[] = [];
  private keyId = 'k1';
  private server: Server;
  private keys: Awaited<ReturnType<typeof generateKeyPair>>;

  static async start(): Promise<KeycloakStandIn> {
    const standIn = new KeycloakStandIn();
    standIn.keys = await (firstKeys ??= generateKeyPair('RS256'));
    standIn.server = createServer((req, res) => void standIn.answer(req, res));
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    standIn.port = (standIn.server.address() as AddressInfo).port;
    standIn.add({
      id: ALICE,
      username: 'alice',
      roles: ['reader', 'writer'],
      attributes: { plan: ['gold'] },
    });
    standIn.add({ id: BOB, username: 'bob', roles: ['reader'] });
    return standIn;
  }

  /** Also of one that was stopped: what it was asked before is answered after that. */
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get issuer(): string {
    return `${this.namedAs ?? this.url}/realms/apikeys`;
  }

  add(person: Pick<Person, 'id' | 'username'> & Partial<Person>): void {
    this.people.set(person.id, { enabled: true, roles: [], groups: ['/org'], attributes: {}, ...person });
  }

  accessToken(sub: string, claims: Record<string, unknown> = {}): Promise<string> {
    const payload = {
      iss: this.issuer,
      sub,
      azp: 'apikey-manager',
      aud: 'account',
      typ: 'Bearer',
      exp: Math.floor(Date.now() / 1000) + 3600,
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: this.keyId })
      .sign(this.keys.privateKey);
  }

  /** An ID token for this login, with whatever a test changes about it. */
  idToken(
    nonce: string,
    claims: Record<string, unknown> = {},
    header: object = {},
    key?: Parameters<SignJWT['sign']>[0],
  ) {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      iss: this.issuer,
      sub: ALICE,
      aud: 'apikey-manager',
      exp: now + 60,
      iat: now,
      nonce,
      sid: 'sid-1',
    };
    return new SignJWT({ ...right, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.keyId, ...header })
      .sign(key ?? this.keys.privateKey);
  }

  /** A logout token as Keycloak sends it at back-channel logout. */
  logoutToken(claims: Record<string, unknown>): Promise<string> {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    return this.idToken('', {
      nonce: undefined,
      sid: undefined,
      sub: undefined,
      jti: 'j1',
      events,
      ...claims,
    });
  }

  /** The provider signs with a new key, and has withdrawn the old one. */
  async changeKeys(): Promise<void> {
    this.keys = await generateKeyPair('RS256');
    this.keyId = `k${Number(this.keyId.slice(1)) + 1}`;
  }

  async publicKeyPem(): Promise<string> {
    return exportSPKI(this.keys.publicKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url!.split('?')[0]!;
    this.requests.push(path);
    const send = (body: unknown, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path.endsWith('/.well-known/openid-configuration')) {
      this.discoveryReads += 1;
      const { status, headers, body } = this.discoveryBroken ?? {};
      if (status) return void res.writeHead(status, headers).end(body);
      if (!path.startsWith('/realms/')) return void send({ error: 'HTTP 404 Not Found' }, 404);
      if (!path.startsWith('/realms/apikeys/')) return void send({ error: 'Realm does not exist' }, 404);
      const at = `${this.issuer}/protocol/openid-connect`;
      return void send({
        issuer: this.issuer,
        jwks_uri: `${at}/certs`,
        authorization_endpoint: `${at}/auth`,
        token_endpoint: `${at}/token`,
        end_session_endpoint: `${at}/logout`,
        authorization_response_iss_parameter_supported: true,
      });
    }
    if (path.endsWith('/certs')) this.keyReads += 1;
    if (path.endsWith('/certs') && this.keysBroken) return void send({}, 500);
    if (path.endsWith('/certs'))
      return void send({
        keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: this.keyId, alg: 'RS256' }],
      });
    const asked = path.endsWith('/token') ? new URLSearchParams(await bodyOf(req)) : undefined;
    const isWrong =
      this.secret !== undefined && ![this.secret].flat().includes(asked?.get('client_secret') ?? '');
    if (asked && isWrong) return void send(WRONG_CLIENT, 401);
    if (asked?.get('grant_type') === 'authorization_code') {
      if (this.drips) return drip(res);
      const answer = await this.tokenAnswer(asked);
      return void send(answer, Object.hasOwn(Object(answer), 'error') ? 400 : 200);
    }
    if (asked && this.refusesAccount) return void send({ error: 'unauthorized_client' }, 401);
    if (asked) return void send({ access_token: SERVICE_TOKEN, expires_in: 300 });
    this.reads.made += 1;
    this.reads.now += 1;
    this.reads.most = Math.max(this.reads.most, this.reads.now);
    if (this.latencyMs) await pause(this.latencyMs);
    this.reads.now -= 1;
    if (this.broken?.paths?.test(req.url!) ?? this.broken)
      return void res.writeHead(this.broken!.status).end(this.broken!.body);
    const url = new URL(req.url!.replace('/admin/realms/apikeys', ''), this.url);
    const { status, body } = adminAnswer(this, url);
    send(body, status);
  }

  /** As Keycloak's console or API would have recorded a change. */
  record(resourceType: string, resourcePath: string): void {
    this.events.unshift({ id: randomUUID(), time: Date.now(), resourceType, resourcePath });
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function drip(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  const drops = setInterval(() => res.write(' '), 200);
  res.once('close', () => clearInterval(drops));
}
