import { VerificationPool } from '../../src/database/verification-pool.js';
import type { TestServer } from './app.js';
import { ALICE } from './keycloak-stand-in.js';
import { rawRequest } from './raw-http.js';
import type { HeaderLine, RawAnswer } from './raw-http.js';

export const REFUSED = '{"detail":"Wrong, revoked, or expired API key."}';
export const MISSING = '{"detail":"An API key must be passed as query or header"}';
export const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Where a key may stand in a request. */
export interface Carried {
  readonly headers?: readonly HeaderLine[];
  readonly query?: string;
  /** KEY of `/k/KEY` in front of the path. */
  readonly pathKey?: string;
}

/** The routes that take a key by every carrier; a gateway's own question and one with the original path below. */
export const ROUTES = ['/auth/check_key', '/v1/forward-auth', '/v1/forward-auth/a/file.tif'] as const;

/** What each kind of route answers to this outcome: status, code at the gateway's, body of check_key. */
const EXPECTED = {
  VALID: { legacy: 200, gateway: 200 },
  MISSING: { legacy: 403, gateway: 401, body: MISSING },
  INVALID_KEY: { legacy: 403, gateway: 401, body: REFUSED },
  AMBIGUOUS: { legacy: 403, gateway: 401, body: REFUSED },
  URL_NOT_ALLOWED: { legacy: 403, gateway: 403, body: REFUSED },
  IP_NOT_ALLOWED: { legacy: 403, gateway: 403, body: REFUSED },
  CONTEXT_REQUIRED: { legacy: 403, gateway: 403, body: REFUSED },
  REFERER_NOT_ALLOWED: { legacy: 403, gateway: 403, body: REFUSED },
  AUDIENCE_NOT_ALLOWED: { legacy: 403, gateway: 403, body: REFUSED },
} as const;
export type Code = keyof typeof EXPECTED;

export function ask(server: TestServer, route: string, carried: Carried, root = ''): Promise<RawAnswer> {
  const { headers = [], query = '', pathKey } = carried;
  const carrier = pathKey === undefined ? '' : `/k/${pathKey}`;
  return rawRequest(server.url, { path: `${root}${carrier}${route}${query}`, headers });
}

/** Whether it is this outcome, said as this route has to say it: status, code and body, all in one. */
export function told(route: string, answer: RawAnswer): unknown[] {
  if (route === '/auth/check_key') return [answer.status, answer.status === 200 ? undefined : answer.body];
  return [answer.status, answer.header('x-apikm-code')];
}

export function expectedOf(route: string, code: Code): unknown[] {
  const { legacy, gateway, body } = { body: undefined, ...EXPECTED[code] };
  return route === '/auth/check_key' ? [legacy, body] : [gateway, code];
}

export async function verify(server: TestServer, body: unknown, headers: readonly HeaderLine[] = []) {
  const answer = await rawRequest(server.url, {
    method: 'POST',
    path: '/v1/verify',
    headers: [['Content-Type', 'application/json'], ...headers],
    body: Buffer.from(JSON.stringify(body)).toString('latin1'),
  });
  return { ...answer, verdict: JSON.parse(answer.body) as { valid?: boolean; code: string } };
}

/** A key of the predecessor's form; the server needs APIKM_LEGACY_KEY_FORMAT=uuid. */
export async function createUuid(server: TestServer): Promise<string> {
  return (await server.as(ALICE, 'GET', '/auth/api_key/new?name=uuid')).body as string;
}

type Rows = (text: string, values: unknown[]) => Promise<unknown[]>;

/** Puts `around` in front of every look-up in the database. */
export function wrapLookups(
  server: TestServer,
  around: (look: () => Promise<unknown[]>, values: unknown[]) => Promise<unknown[]>,
) {
  const pool = server.get<{ rows: Rows }>(VerificationPool as never);
  const rows = pool.rows.bind(pool);
  pool.rows = (text, values) => around(() => rows(text, values), values);
}

/** How many look-ups reach the database, from now on. */
export function countLookups(server: TestServer): { made: number } {
  const count = { made: 0 };
  wrapLookups(server, (look) => {
    count.made += 1;
    return look();
  });
  return count;
}
