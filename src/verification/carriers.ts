import type { IncomingHttpHeaders } from 'node:http';
import type { KeyNames } from '../config/config.js';

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
  /** KEY of `/k/KEY/…`, as it stands there. */
  readonly pathKey: string | undefined;
}

export type Carrier = 'header' | 'bearer' | 'basic' | 'query' | 'path' | 'body';

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
  names: KeyNames,
): Presented | undefined {
  if (headers.authorization !== undefined) return undefined;
  for (const { query, pathKey } of urls) if (query !== '' || pathKey !== undefined) return undefined;
  const secret = onlyOne(headers, names.headers);
  return secret === undefined || secret.includes(',') ? undefined : presented(secret.trim(), 'header', false);
}

/** The value of the one header among these that stands there. */
function onlyOne(headers: IncomingHttpHeaders, names: readonly string[]): string | undefined {
  let only: string | undefined;
  for (const name of names) {
    const value = headers[name] as string | undefined;
    if (value === undefined) continue;
    if (only !== undefined || value === '') return undefined;
    only = value;
  }
  return only;
}

/**
 * The key that a request presents. Precedence only names the carrier: two different keys are ambiguous
 * wherever they stand, and a key that is present in the URL counts as in the URL. No key holds white space: what stands
 * around it came with a line's end (`echo key | base64`).
 */
export function presentedKey(source: CarrierSource, names: KeyNames): Presented {
  const found: Found[] = [];
  for (const name of names.headers)
    for (const value of source.headers[name] ?? []) add(found, 'header', value);
  for (const url of source.urls) addUrlKeys(found, url, names.queries);
  if (source.headers.authorization) addAuthorization(found, source.headers.authorization, names.prefixes);
  return judge(found);
}

function add(found: Found[], carrier: Carrier, text: string): void {
  const secret = text.trim();
  if (secret !== '') found.push({ carrier, secret });
}

function judge(found: readonly Found[]): Presented {
  const first = found[0];
  if (!first) return { kind: 'none' };
  if (found.length === 1) return presented(first.secret, first.carrier, isInUrl(first));
  if (found.some(({ secret }) => secret !== first.secret)) return { kind: 'ambiguous' };
  const order: readonly Carrier[] = ['header', 'bearer', 'basic', 'query', 'path'];
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

function addUrlKeys(found: Found[], { query, pathKey }: UrlCarriers, names: readonly string[]): void {
  if (query !== '') addQueryKeys(found, query, names);
  if (pathKey !== undefined) add(found, 'path', pathKey.replaceAll(ENCODED_SPACE, ''));
}

const ENCODED_SPACE = /^(?:%20|%0[9ad])+|(?:%20|%0[9ad])+$/gi;

/** Pair by pair: to parse all of a query, most of which is the service's, costs as much as to hash a key. */
function addQueryKeys(found: Found[], query: string, names: readonly string[]): void {
  for (let begin = 0; begin < query.length;) {
    const next = query.indexOf('&', begin);
    const end = next < 0 ? query.length : next;
    const equals = query.indexOf('=', begin);
    if (equals > begin && equals < end && isKeyName(query.slice(begin, equals), names))
      add(found, 'query', decoded(query.slice(equals + 1, end)));
    begin = end + 1;
  }
}

/**
 * Map libraries write names of parameters in capitals, and whoever gets a name in percent signs reads it as the same.
 * @param name of a parameter, as it is sent
 * @param names in lower case
 */
export const isKeyName = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || names.includes(decoded(name).toLowerCase());

const decoded = (text: string): string =>
  /[%+]/.test(text) ? (new URLSearchParams(`=${text}`).get('') ?? '') : text;

/** A foreign one is a key, if a wrong one, only where there is nothing else. */
function addAuthorization(found: Found[], values: readonly string[], prefixes: readonly string[]): void {
  const keys = values.flatMap((value) => authorizationKeys(value, prefixes));
  // Of one value alone all have our form, or none.
  if (found.length === 0 && values.length === 1) return void found.push(...keys);
  const shaped = keys.filter(({ secret }) => shapesLikeKey(secret, prefixes));
  found.push(...(found.length + shaped.length > 0 ? shaped : keys));
}

const SCHEMES = /^(?:(basic)|(bearer)|api-?key|token) +(\S+)\s*$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

function authorizationKeys(value: string, prefixes: readonly string[]): Found[] {
  const [, basic, bearer, credentials] = SCHEMES.exec(value) ?? [];
  if (credentials === undefined) return bareKey(value.trim(), prefixes);
  if (basic !== undefined) return basicKeys(credentials, prefixes);
  return bearer !== undefined && JWT.test(credentials) ? [] : [{ carrier: 'bearer', secret: credentials }];
}

/** Some tools have one field for the whole header, and people paste the key alone. */
const bareKey = (secret: string, prefixes: readonly string[]): Found[] =>
  shapesLikeKey(secret, prefixes) ? [{ carrier: 'bearer', secret }] : [];

/** The password, or the user name where that one is the key (`https://KEY:@host/`); both where both are. */
function basicKeys(credentials: string, prefixes: readonly string[]): Found[] {
  const text = fromBase64(credentials);
  const colon = text.indexOf(':');
  const user = (colon < 0 ? text : text.slice(0, colon)).trim();
  const password = colon < 0 ? '' : text.slice(colon + 1).trim();
  const secrets = [password, user].filter((part) => shapesLikeKey(part, prefixes));
  if (secrets.length === 0 && password + user !== '') secrets.push(password || user);
  return secrets.map((secret) => ({ carrier: 'basic', secret }));
}

const NOT_ASCII = /[^\x00-\x7f]/;

/** UTF-8 in base64 of either alphabet, padded or not. For a key alone `atob` does, at a fifth of what a buffer costs. */
function fromBase64(credentials: string): string {
  try {
    const text = atob(credentials);
    if (!NOT_ASCII.test(text)) return text;
  } catch {
    // The other alphabet, or no base64 at all: a buffer takes of it what it can.
  }
  return Buffer.from(credentials, 'base64').toString('utf8');
}

const UUID_FORM = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const shapesLikeKey = (text: string, prefixes: readonly string[]): boolean =>
  prefixes.includes(text.slice(0, Math.max(0, text.indexOf('_')))) || UUID_FORM.test(text);
