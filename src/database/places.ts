import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import type { PostgresServer, SslMode } from '../config/config.js';
import { isOfTheNetwork } from './problems.js';

/** One host, with TLS or without. */
export interface Place {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly ssl: false | ConnectionOptions;
}

const READ_ONLY = `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool AS "readOnly"`;

/**
 * Where to connect, as libpq finds it: hosts in their order, and for sslmode prefer and allow with TLS and without. What
 * was found is kept for all connections that open later, until one of them fails there.
 */
export class Places {
  private found: Promise<Place> | undefined;

  constructor(
    private readonly server: PostgresServer,
    private readonly timeoutMs: number,
  ) {}

  /** @throws Error of the last place that was tried */
  choose(): Promise<Place> {
    if (!this.found) {
      const found = this.search();
      this.found = found;
      found.catch(() => this.forget(found));
    }
    return this.found;
  }

  /** The next one that connects looks anew. */
  failed(): void {
    this.found = undefined;
  }

  private forget(found: Promise<Place>): void {
    if (this.found === found) this.found = undefined;
  }

  private async search(): Promise<Place> {
    const { hosts, ssl, writable } = this.server;
    const ways = hosts.map((host) => waysOf(ssl, host.host).map((way) => ({ ...host, ssl: way })));
    if (ways.length === 1 && ways[0]!.length === 1 && !writable) return ways[0]![0]!;
    let problem: unknown;
    for (const places of ways) {
      const place = await this.firstOf(places).catch((error: unknown) => void (problem = error));
      if (place) return place;
    }
    throw problem;
  }

  /** With TLS and without, at one host. What the server says of the login tells more than what kept TLS from it. */
  private async firstOf(places: readonly Place[]): Promise<Place> {
    const problems: unknown[] = [];
    for (const place of places) {
      const problem = await this.probe(place);
      if (problem === undefined) return place;
      problems.push(problem);
      if (isOfTheNetwork(problem)) break;
    }
    throw problems.find((problem) => problem instanceof pg.DatabaseError) ?? problems[0];
  }

  /** What goes wrong there; undefined: nothing. */
  private async probe(place: Place): Promise<unknown> {
    const limits = { connectionTimeoutMillis: this.timeoutMs, query_timeout: this.timeoutMs };
    const client = new pg.Client({ ...loginOf(this.server), ...place, ...limits });
    client.on('error', () => {});
    try {
      await client.connect();
      if (this.server.writable) await expectWritable(client);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      client.end().catch(() => {});
    }
  }
}

/** For the driver. */
export const loginOf = ({ user, password, database, applicationName, options }: PostgresServer) => ({
  user,
  password,
  database,
  application_name: applicationName,
  fallback_application_name: 'apikeymanager',
  options,
});

async function expectWritable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ readOnly: boolean }>(READ_ONLY);
  if (rows[0]!.readOnly) throw new Error('none of the hosts can be written to');
}

/** In the order of libpq. A socket's folder needs no TLS, and has none. */
function waysOf(ssl: PostgresServer['ssl'], host: string | undefined): Place['ssl'][] {
  if (host?.startsWith('/')) return [false];
  return WAYS[ssl.mode](ssl);
}

const WAYS: Readonly<Record<SslMode, (ssl: PostgresServer['ssl']) => Place['ssl'][]>> = {
  disable: () => [false],
  allow: (ssl) => [false, unverified(ssl)],
  prefer: (ssl) => [unverified(ssl), false],
  require: (ssl) => [ssl.rootCert === undefined ? unverified(ssl) : verified(ssl, false)],
  'verify-ca': (ssl) => [verified(ssl, false)],
  'verify-full': (ssl) => [verified(ssl, true)],
};

const unverified = (ssl: PostgresServer['ssl']): ConnectionOptions => ({
  ...ownCertificate(ssl),
  rejectUnauthorized: false,
});

const verified = (ssl: PostgresServer['ssl'], withName: boolean): ConnectionOptions => ({
  ...ownCertificate(ssl),
  ...(ssl.rootCert === undefined || ssl.rootCert === 'system' ? {} : { ca: readFileSync(ssl.rootCert) }),
  ...(withName ? {} : { checkServerIdentity: () => undefined }),
});

const ownCertificate = ({ cert, key }: PostgresServer['ssl']): ConnectionOptions => ({
  ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
  ...(key === undefined ? {} : { key: readFileSync(key) }),
});
