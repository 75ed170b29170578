import { HeaderBlock } from '../platform/header-block.js';
import type { HeaderPairs } from '../platform/header-block.js';
import { redactUrl } from '../platform/redact.js';
import { TITLES } from '../platform/titles.js';
import { emptyAnswer, jsonAnswer, keeping } from '../verification/answer.js';
import type { Answer } from '../verification/answer.js';
import { AnswerCache } from '../verification/answer-cache.js';
import { effectiveRoles } from '../verification/decide.js';
import { KINDS, OUTCOMES, retryAfterOf } from '../verification/outcome.js';
import type { Key, Refused } from '../verification/outcome.js';
import { encode } from './forward-auth-options.js';
import type { ForwardAuthOptions } from './forward-auth-options.js';
import { inPercent } from './forward-auth-reader.js';
import type { ForwardAuthRequest } from './forward-auth-reader.js';

/** Allowed: exactly 200 and nothing in the body. */
export function allowed(key: Key, request: ForwardAuthRequest, now: number): Answer {
  const { cacheSeconds, encodedAudience, send } = request.options;
  // What is counted for each use must be asked for at each use.
  const isKept = cacheSeconds !== undefined && key.limits.rateLimit === null;
  const kept = isKept && keeping(caching(key, cacheSeconds, now), request.keyHeaders);
  const asked = new HeaderBlock(askedHeaders(request, encodedAudience));
  return emptyAnswer(identityOf(key, send), asked, kept || undefined);
}

/** A preflight carries no key by its nature; the request after it does. */
export const preflight = (request: ForwardAuthRequest): Answer =>
  emptyAnswer(new HeaderBlock(nobody('PREFLIGHT')), new HeaderBlock(askedHeaders(request)));

/** @param detail the sentence that says why */
export function denied(outcome: Refused, request: ForwardAuthRequest, detail: string): Answer {
  const { kind, publicCode } = OUTCOMES[outcome.code];
  const { status, challenges } = KINDS[kind];
  const isLater = kind === 'limited' || kind === 'undecided';
  // nginx takes anything but 401 and 403 for a failure of its own.
  const shown = (isLater && request.options.foldsStatus ? KINDS.notAllowed.status : status) as 401;
  const problem = {
    type: 'about:blank',
    title: TITLES[shown],
    status: shown,
    detail,
    code: publicCode,
    instance: instanceOf(request),
  };
  const headers = [
    ...nobody(publicCode),
    ...askedHeaders(request),
    ...(challenges ? ['WWW-Authenticate', challenge(request)] : []),
    ...(isLater ? ['Retry-After', String(retryAfterOf(outcome) ?? 1)] : []),
  ];
  return jsonAnswer(shown, problem, 'application/problem+json', headers);
}

/** In ASCII: with other signs in it the body would be UTF-8, and so would be the bytes of an address in the headers. */
const instanceOf = ({ split }: ForwardAuthRequest): string =>
  redactUrl(split.url.split('?')[0]!).replace(/[^\x21-\x7e]/g, inPercent);

const BEARER = 'Bearer realm="API keys"';
// Basic first: nginx passes only the first one on.
const BOTH = ['Basic realm="API keys", charset="UTF-8"', BEARER];
/** Basic too: QGIS sends its password only after that, but a browser would open a dialog. */
function challenge({ req: { headers } }: ForwardAuthRequest): string | string[] {
  const isBrowser = ['origin', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-dest'].some(
    (name) => name in headers,
  );
  return isBrowser ? BEARER : BOTH;
}

/** The gateway may remember it, but not beyond the key's own end. */
function caching(key: Key, seconds: number, now: number): string {
  const left = key.expiresAt === null ? seconds : Math.floor((key.expiresAt - now) / 1000);
  return `private, max-age=${Math.max(0, Math.min(seconds, left))}`;
}

const MOST_BYTES = 16 * 2 ** 20;
const identities = new AnswerCache<HeaderBlock>(MOST_BYTES, ({ text }) => 2 * text.length);

function identityOf(key: Key, send: Sent): HeaderBlock {
  const id = send ? `${key.digest} ${send.text}` : key.digest;
  return identities.of(id, key, () => new HeaderBlock(describe(key, send)));
}

/** undefined: all. */
type Sent = ForwardAuthOptions['send'];

/** What fits into the buffers that gateways have for all headers together. */
const LONGEST_LIST = 8192;

function describe(key: Key, send: Sent): HeaderPairs {
  const { id, login, groups } = key.owner;
  const values = {
    User: encode(id),
    Login: encode(login ?? ''),
    'Key-Id': encode(key.keyId),
    Roles: list(effectiveRoles(key)),
    Groups: list(groups),
    Scopes: list(key.limits.scopes ?? []),
    Expires: key.expiresAt === null ? '' : new Date(key.expiresAt).toISOString(),
  };
  const wanted = Object.entries(values).filter(([name]) => !send || send.names.has(name.toLowerCase()));
  // Cut in the middle it would say something that is not so.
  const fitting = wanted.filter(([, value]) => value.length <= LONGEST_LIST);
  const leftOut = wanted
    .filter(([, value]) => value.length > LONGEST_LIST)
    .map(([name]) => name.toLowerCase());
  return identityHeaders('VALID', { ...Object.fromEntries(fitting), 'Left-Out': leftOut.join() });
}

export const NAMES = [
  'User',
  'Login',
  'Key-Id',
  'Roles',
  'Groups',
  'Scopes',
  'Expires',
  'Jwt',
  'Left-Out',
] as const;

const nobody = (code: string): HeaderPairs => identityHeaders(code, {});

/** All of them in every answer, or a client could send its own through a gateway that only overwrites. */
function identityHeaders(code: string, values: Partial<Record<(typeof NAMES)[number], string>>): HeaderPairs {
  const told = NAMES.flatMap((name) => [`X-Apikm-${name}`, values[name] ?? '']);
  return [...told, 'X-Apikm-Code', code];
}

/** Likewise in every answer. @param audience only of a key that is good for it */
function askedHeaders(request: ForwardAuthRequest, audience = ''): HeaderPairs {
  const { requestId, upstreamUri, options, keyHeaders } = request;
  const sent = (name: string, value: string): string =>
    !options.send || options.send.names.has(name) ? value : '';
  return [
    ...['X-Apikm-Audience', sent('audience', audience), 'X-Apikm-Request-Id', requestId],
    ...['X-Apikm-Upstream-Uri', sent('upstream-uri', upstreamUri)],
    ...['x-envoy-auth-headers-to-remove', keyHeaders],
  ];
}

const list = (values: readonly string[]): string => values.map(encode).join(',');
