import { effectiveRoles } from '../verification/decide.js';
import type { KeySnapshot } from '../verification/decide.js';
import { redactUrl } from '../platform/redact.js';
import { emptyAnswer, jsonAnswer } from '../verification/answer.js';
import type { Answer } from '../verification/answer.js';
import { isUntold, publicCode, UNTOLD } from '../verification/outcome.js';
import type { Outcome } from '../verification/outcome.js';
import { Ready } from '../verification/ready.js';
import { encode } from './forward-auth-options.js';
import type { ForwardAuthRequest } from './forward-auth-reader.js';

const NOT_ALLOWED =
  /^(?:URL_NOT_ALLOWED|CONTEXT_REQUIRED|(?:IP|REFERER|AUDIENCE)_NOT_ALLOWED|INSUFFICIENT_RIGHTS|INVALID_REQUIREMENT)$/;
const TITLES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};
const WRONG = 'The API key is wrong, revoked or expired.';
const SENTENCES: Readonly<Record<number, string>> = {
  401: 'Send a valid API key: in x-api-key, as Bearer, as Basic, as ?api-key= or as /k/KEY/ in front of the path.',
  403: 'The API key is not good for this request.',
  429: 'Too many requests. Try again later.',
  503: 'It cannot be told at the moment whether the API key is good. Try again in a moment.',
};

/** Allowed: exactly 200 and nothing in the body. */
export function allowed(key: KeySnapshot, request: ForwardAuthRequest, now: number): Answer {
  const { cacheSeconds } = request.options;
  const cacheControl = cacheSeconds === undefined ? undefined : caching(key, cacheSeconds, now);
  return emptyAnswer(
    [...identityOf(key), ...askedHeaders(request, request.options.encodedAudience)],
    cacheControl,
  );
}

/** A preflight carries no key by its nature; the request after it does. */
export const preflight = (request: ForwardAuthRequest): Answer =>
  emptyAnswer([...nobody('PREFLIGHT'), ...askedHeaders(request)]);

export function denied(code: string, request: ForwardAuthRequest, retryAfterSeconds?: number): Answer {
  const status = statusOf(code);
  const told = publicCode(code);
  const shown = request.options.foldsStatus && status > 403 ? 403 : status;
  const problem = {
    type: 'about:blank',
    title: TITLES[shown],
    status: shown,
    detail: told === 'INVALID_KEY' ? WRONG : SENTENCES[status],
    code: told,
    instance: redactUrl(request.split.url.split('?')[0]!),
  };
  const headers = [
    ...nobody(told),
    ...askedHeaders(request),
    ...(shown === 401 ? ['WWW-Authenticate', challenge(request)] : []),
    ...(status > 403 ? ['Retry-After', String(retryAfterSeconds ?? 1)] : []),
  ];
  return jsonAnswer(shown, problem, 'application/problem+json', headers);
}

export function answerTo(outcome: Outcome, request: ForwardAuthRequest, now: number): Answer {
  if (outcome.valid) return allowed(outcome.key, request, now);
  const { code, rate } = outcome;
  const later = isUntold(code) ? UNTOLD[code] : rate;
  return denied(code, request, later?.retryAfterSeconds);
}

function statusOf(code: string): number {
  if (code === 'RATE_LIMITED') return 429;
  if (isUntold(code)) return 503;
  return NOT_ALLOWED.test(code) ? 403 : 401;
}

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
function caching(key: KeySnapshot, seconds: number, now: number): string {
  const left = key.expiresAt === null ? seconds : Math.floor((key.expiresAt - now) / 1000);
  return `private, max-age=${Math.max(0, Math.min(seconds, left))}`;
}

const MOST_BYTES = 16 * 2 ** 20;
const identities = new Ready<readonly string[]>(MOST_BYTES, (lines) => lines.join('').length);

const identityOf = (key: KeySnapshot): readonly string[] =>
  identities.of(key.digest, key, () => describe(key));

function describe(key: KeySnapshot): readonly string[] {
  const { id, login, groups } = key.owner;
  return identityHeaders('VALID', {
    User: encode(id),
    Login: encode(login ?? ''),
    'Key-Id': encode(key.keyId),
    Roles: list(effectiveRoles(key)),
    Groups: list(groups),
    Scopes: list(key.scopes ?? []),
    Expires: key.expiresAt === null ? '' : new Date(key.expiresAt).toISOString(),
  });
}

const NAMES = ['User', 'Login', 'Key-Id', 'Roles', 'Groups', 'Scopes', 'Expires', 'Jwt'] as const;

const nobody = (code: string): readonly string[] => identityHeaders(code, {});

/** All of them in every answer, or a client could send its own through a gateway that only overwrites. */
function identityHeaders(
  code: string,
  values: Partial<Record<(typeof NAMES)[number], string>>,
): readonly string[] {
  const told = NAMES.flatMap((name) => [`X-Apikm-${name}`, values[name] ?? '']);
  return [...told, 'X-Apikm-Code', code, 'x-envoy-auth-headers-to-remove', 'x-api-key,authorization'];
}

/** Likewise in every answer. @param audience only of a key that is good for it */
const askedHeaders = ({ requestId, upstreamUri }: ForwardAuthRequest, audience = ''): readonly string[] => [
  ...['X-Apikm-Audience', audience, 'X-Apikm-Request-Id', requestId, 'X-Apikm-Upstream-Uri', upstreamUri],
];

const list = (values: readonly string[]): string => values.map(encode).join(',');
