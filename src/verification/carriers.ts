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

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The key that a request presents. Precedence only names the carrier: two different keys are ambiguous
 * wherever they stand, and a key that is present in the URL counts as in the URL.
 */
export function presentedKey(source: CarrierSource, prefix: string): Presented {
  return headerAlone(source) ?? anywhere(source, prefix);
}

/** By far the most requests: one key in the header, and nothing that could be another. */
function headerAlone({ headers, urls }: CarrierSource): Presented | undefined {
  const { 'x-api-key': keys, authorization } = headers;
  if (keys?.length !== 1 || authorization !== undefined) return undefined;
  if (urls.some(({ query, pathKey }) => query !== '' || pathKey !== undefined)) return undefined;
  const [secret] = keys as [string];
  return secret === '' ? undefined : { kind: 'key', secret, carrier: 'x-api-key', inUrl: false };
}

function anywhere(source: CarrierSource, prefix: string): Presented {
  const found: Found[] = [
    ...(source.headers['x-api-key'] ?? []).map((value) => ({
      carrier: 'x-api-key' as const,
      secret: value,
    })),
    ...source.urls.flatMap(urlKeys),
  ].filter(({ secret }) => secret !== '');
  const authorization = authorizationKeys(source.headers.authorization ?? [], prefix);
  const shaped = authorization.filter(({ secret }) => shapesLikeKey(secret, prefix));
  // A foreign Authorization is a key, if a wrong one, only where there is nothing else.
  return judge(found.length + shaped.length > 0 ? [...found, ...shaped] : authorization);
}

function judge(found: readonly Found[]): Presented {
  const [first] = found;
  if (!first) return { kind: 'none' };
  if (found.some(({ secret }) => secret !== first.secret)) return { kind: 'ambiguous' };
  const order: readonly Carrier[] = ['x-api-key', 'bearer', 'basic', 'query', 'path'];
  const carrier = order.find((name) => found.some((one) => one.carrier === name)) ?? first.carrier;
  const inUrl = found.some((one) => one.carrier === 'query' || one.carrier === 'path');
  return { kind: 'key', secret: first.secret, carrier, inUrl };
}

function urlKeys({ query, pathKey }: UrlCarriers): Found[] {
  const inPath: Found[] = pathKey ? [{ carrier: 'path', secret: pathKey }] : [];
  if (query === '') return inPath;
  // A question mark in front would be dropped.
  const inQuery = new URLSearchParams(`&${query}`).getAll('api-key');
  return [...inQuery.map((secret): Found => ({ carrier: 'query', secret })), ...inPath];
}

function authorizationKeys(values: readonly string[], prefix: string): Found[] {
  return values.flatMap((value) => {
    const [, scheme, credentials] = /^(bearer|basic) +(\S+) *$/i.exec(value) ?? [];
    if (!scheme || !credentials) return [];
    if (scheme.toLowerCase() === 'basic') return basicKey(credentials, prefix);
    return JWT.test(credentials) ? [] : [{ carrier: 'bearer' as const, secret: credentials }];
  });
}

/** The password, or the user name where that one is the key (`https://KEY:@host/`); both where both are. */
function basicKey(credentials: string, prefix: string): Found[] {
  const [user = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const password = rest.join(':');
  const shaped = [password, user].filter((text) => shapesLikeKey(text, prefix));
  const secrets = shaped.length > 0 ? shaped : [password || user];
  return secrets.filter(Boolean).map((secret) => ({ carrier: 'basic', secret }));
}

const UUID_FORM = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const shapesLikeKey = (text: string, prefix: string): boolean =>
  text.startsWith(`${prefix}_`) || UUID_FORM.test(text);
