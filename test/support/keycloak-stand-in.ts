import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

export interface Person {
  id: string;
  username: string;
  enabled: boolean;
  roles: string[];
  groups: string[];
  attributes: Record<string, string[]>;
}

export const ALICE = '11111111-1111-4111-8111-111111111111';
export const BOB = '22222222-2222-4222-8222-222222222222';

/** Keycloak as far as the service reads it: discovery, keys, the service account's token, three admin reads. */
export class KeycloakStandIn {
  readonly people = new Map<string, Person>();
  /** Set to break every admin read: the status and body that are answered instead. */
  broken: { readonly status: number; readonly body: string } | undefined;
  private server: Server;
  private keys: Awaited<ReturnType<typeof generateKeyPair>>;

  static async start(): Promise<KeycloakStandIn> {
    const standIn = new KeycloakStandIn();
    standIn.keys = await generateKeyPair('RS256');
    standIn.server = createServer((req, res) => void standIn.answer(req, res));
    await new Promise<void>((resolve) => standIn.server.listen(0, '127.0.0.1', resolve));
    standIn.add({
      id: ALICE,
      username: 'alice',
      roles: ['reader', 'writer'],
      attributes: { plan: ['gold'] },
    });
    standIn.add({ id: BOB, username: 'bob', roles: ['reader'] });
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get issuer(): string {
    return `${this.url}/realms/apikeys`;
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
      ...claims,
    };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setExpirationTime('1h')
      .sign(this.keys.privateKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url!.split('?')[0]!;
    const send = (body: unknown, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path.endsWith('/.well-known/openid-configuration')) {
      return void send({ issuer: this.issuer, jwks_uri: `${this.issuer}/protocol/openid-connect/certs` });
    }
    if (path.endsWith('/certs'))
      return void send({ keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: 'k1', alg: 'RS256' }] });
    if (path.endsWith('/token')) return void send({ access_token: 'service', expires_in: 60 });
    if (this.broken) return void res.writeHead(this.broken.status).end(this.broken.body);
    const [, id, rest] = /^\/admin\/realms\/apikeys\/users\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    const person = this.people.get(decodeURIComponent(id ?? ''));
    if (!person) return void send({ error: 'User not found' }, 404);
    if (rest?.startsWith('/role-mappings')) return void send(person.roles.map((name) => ({ name })));
    if (rest?.startsWith('/groups')) return void send(person.groups.map((group) => ({ path: group })));
    const { roles: _, groups: __, ...user } = person;
    send(user);
  }
}
