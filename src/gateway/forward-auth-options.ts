import { LRUCache } from 'lru-cache';
import type { Requirement } from '../verification/decide.js';
import { parseRequirements } from '../verification/requirements.js';

const MOST_CACHE_SECONDS = 3600;
const MOST_REMEMBERED = 1000;
const LONGEST_REMEMBERED = 500;

/** What the operator asks for. */
export interface ForwardAuthOptions {
  readonly audience: string | undefined;
  /** As a header tells it. */
  readonly encodedAudience: string;
  /** undefined: what stands there can't be understood; nobody is to pass. */
  readonly require: readonly Requirement[] | undefined;
  /** What it is that can't be understood. */
  readonly problem: string | undefined;
  /** `status=nginx`: 429 and 503 as 403, for nginx takes anything but 401 and 403 for its own failure. */
  readonly foldsStatus: boolean;
  /** Seconds that the gateway may keep an allowance; undefined: none. */
  readonly cacheSeconds: number | undefined;
  readonly letsPreflightsPass: boolean;
  /** The identity headers that are to be filled; undefined: all. */
  readonly send: { readonly text: string; readonly names: ReadonlySet<string> } | undefined;
}

const SENDABLE = '(?:user|login|key-id|roles|groups|scopes|audience|expires|upstream-uri)';

/** What may be asked for, each with what its value looks like. A key may stand beside them. */
const FORMS: Readonly<Record<string, RegExp>> = {
  audience: /^.{1,256}$/s,
  require: /^.+$/s,
  status: /^nginx$/,
  cache: /^\d{1,6}$/,
  preflight: /^(?:1|pass)$/,
  send: new RegExp(`^${SENDABLE}(?:,${SENDABLE})*$`),
  jwt: /^1$/,
};

/** What the operator wants is unclear, so nobody is to pass. */
export const unclear = (problem: string): ForwardAuthOptions => ({
  ...NO_OPTIONS,
  require: undefined,
  problem,
});

/** A gateway sends the same few again and again. */
const remembered = new LRUCache<string, ForwardAuthOptions>({ max: MOST_REMEMBERED });
const NO_OPTIONS = parse('', []);

/** `audience=maps&require=role:A,scope:s:read&status=nginx&cache=60&preflight=pass&send=user,roles`, each where it is wanted. */
export function readOptions(query: string, keyQueries: readonly string[]): ForwardAuthOptions {
  if (query === '') return NO_OPTIONS;
  let options = remembered.get(query);
  if (!options) {
    options = parse(query, keyQueries);
    // The query may carry a key, which is kept nowhere.
    if (query.length <= LONGEST_REMEMBERED && !/key|token|auth|%/i.test(query))
      remembered.set(query, options);
  }
  return options;
}

function parse(query: string, keyQueries: readonly string[]): ForwardAuthOptions {
  const params = new URLSearchParams(query);
  const given = (name: string): string | undefined => params.get(name) ?? undefined;
  const audience = given('audience');
  const require = parseRequirements(asWritten(query, 'require') ?? given('require'));
  const problem = problemOf(params, keyQueries) ?? (require ? undefined : 'require');
  return {
    audience,
    encodedAudience: encode(audience ?? ''),
    require: problem === undefined ? require : undefined,
    problem,
    foldsStatus: params.has('status'),
    cacheSeconds: params.has('cache') ? Math.min(Number(given('cache')), MOST_CACHE_SECONDS) : undefined,
    letsPreflightsPass: params.has('preflight'),
    send: sent(given('send')),
  };
}

/** Before it is decoded, for a comma in percent signs is part of a name. */
function asWritten(query: string, name: string): string | undefined {
  return new RegExp(`(?:^|&)${name}=([^&]*)`).exec(query)?.[1]?.replaceAll('+', '%20');
}

function sent(text: string | undefined): ForwardAuthOptions['send'] {
  if (text === undefined) return undefined;
  const names = new Set(text.split(','));
  // However they are written: what is remembered for a key must not be more than there are ways to choose.
  return { text: [...names].sort().join(), names };
}

/**
 * The first option that is unknown, empty, of another form, or given twice. To pass over it would let in whom the
 * operator meant to keep out.
 */
function problemOf(params: URLSearchParams, keyQueries: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of params) {
    if (keyQueries.includes(name.toLowerCase())) continue;
    const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
    if (!form?.test(value) || seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** Logins may be in any script, and a value may hold commas: percent signs for all but what is plain in a URL. */
export function encode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString()).replaceAll('%2F', '/');
}
