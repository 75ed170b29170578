import type { IncomingHttpHeaders } from 'node:http';

/** The parts of a request that can carry a key. */
export interface CarrierSource {
  /** Every value of each header, in lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** The request's own URL, and the one that a trusted gateway asks about. */
  readonly urls: readonly UrlCarriers[];
}

export interface UrlCarriers {
  /** The raw query string, without '?'. */
  readonly query: string;
  /** KEY of `/k/KEY/…`. */
  readonly pathKey: string | undefined;
}

export type Carrier = 'x-api-key' | 'bearer' | 'basic' | 'query' | 'path' | 'body';

export type Presented =
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'key'; readonly secret: string; readonly carrier: Carrier; readonly inUrl: boolean };

interface Found {
  readonly carrier: Carrier;
  readonly secret: string;
}

/**
 * By far the most requests: one key in the header, and nothing that could be another. Undefined: it isn't one of those.
 * @param headers as Node joins them, which tells by a comma that this one came several times
 */
export function headerAlone(
  headers: IncomingHttpHeaders,
  urls: readonly UrlCarriers[],
): Presented | undefined {
  const { 'x-api-key': secret, authorization } = headers;
  if (typeof secret !== 'string' || secret === '' || secret.includes(',') || authorization !== undefined)
    return undefined;
  for (const { query, pathKey } of urls) if (query !== '' || pathKey !== undefined) return undefined;
  return presented(secret, 'x-api-key', false);
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The key that a request presents. Precedence only names the carrier: two different keys are ambiguous
 * wherever they stand, and a key that is present in the URL counts as in the URL.
 */
export function presentedKey(source: CarrierSource, prefix: string): Presented {
  const found: Found[] = [];
  for (const secret of source.headers['x-api-key'] ?? [])
    if (secret !== '') found.push({ carrier: 'x-api-key', secret });
  for (const url of source.urls) addUrlKeys(found, url);
  if (source.headers.authorization) addAuthorization(found, source.headers.authorization, prefix);
  return judge(found);
}

function judge(found: readonly Found[]): Presented {
  const first = found[0];
  if (!first) return { kind: 'none' };
  if (found.length === 1) return presented(first.secret, first.carrier, isInUrl(first));
  if (found.some(({ secret }) => secret !== first.secret)) return { kind: 'ambiguous' };
  const order: readonly Carrier[] = ['x-api-key', 'bearer', 'basic', 'query', 'path'];
  const carrier = order.find((name) => found.some((one) => one.carrier === name)) ?? first.carrier;
  return presented(first.secret, carrier, found.some(isInUrl));
}

const presented = (secret: string, carrier: Carrier, inUrl: boolean): Presented => ({
  kind: 'key',
  secret,
  carrier,
  inUrl,
});

const isInUrl = ({ carrier }: Found): boolean => carrier === 'query' || carrier === 'path';

function addUrlKeys(found: Found[], { query, pathKey }: UrlCarriers): void {
  for (const secret of query === '' ? [] : queryKeys(query)) found.push({ carrier: 'query', secret });
  if (pathKey) found.push({ carrier: 'path', secret: pathKey });
}

function queryKeys(query: string): string[] {
  // A gateway's options are no key, and to parse them costs as much as to hash one.
  if (!query.includes('api-key') && !query.includes('%')) return [];
  // A question mark in front would be dropped.
  return new URLSearchParams(`&${query}`).getAll('api-key').filter((secret) => secret !== '');
}

/** A foreign one is a key, if a wrong one, only where there is nothing else. */
function addAuthorization(found: Found[], values: readonly string[], prefix: string): void {
  const keys = values.flatMap((value) => authorizationKeys(value, prefix));
  const shaped = keys.filter(({ secret }) => shapesLikeKey(secret, prefix));
  found.push(...(found.length + shaped.length > 0 ? shaped : keys));
}

function authorizationKeys(value: string, prefix: string): Found[] {
  const [, scheme, credentials] = /^(bearer|basic) +(\S+) *$/i.exec(value) ?? [];
  if (!scheme || !credentials) return [];
  if (scheme.toLowerCase() === 'basic') return basicKey(credentials, prefix);
  return JWT.test(credentials) ? [] : [{ carrier: 'bearer', secret: credentials }];
}

/** The password, or the user name where that one is the key (`https://KEY:@host/`); both where both are. */
function basicKey(credentials: string, prefix: string): Found[] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  const [user, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  const shaped = [password, user].filter((part) => shapesLikeKey(part, prefix));
  const secrets = shaped.length > 0 ? shaped : [password || user];
  return secrets.filter(Boolean).map((secret) => ({ carrier: 'basic', secret }));
}

const UUID_FORM = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const shapesLikeKey = (text: string, prefix: string): boolean =>
  text.startsWith(`${prefix}_`) || UUID_FORM.test(text);
