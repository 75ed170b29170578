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
  /** undefined: what stands there can't be read, or is given twice; nobody is to pass. */
  readonly require: readonly Requirement[] | undefined;
  /** `status=nginx`: 429 and 503 as 403, for nginx takes anything but 401 and 403 for its own failure. */
  readonly foldsStatus: boolean;
  /** Seconds that the gateway may keep an allowance; undefined: none. */
  readonly cacheSeconds: number | undefined;
  readonly letsPreflightsPass: boolean;
}

const NO_OPTIONS = parse('');
/** What the operator wants is unclear, so nobody is to pass. */
export const UNCLEAR: ForwardAuthOptions = { ...NO_OPTIONS, require: undefined };

/** A gateway sends the same few again and again. */
const remembered = new LRUCache<string, ForwardAuthOptions>({ max: MOST_REMEMBERED });

/** `audience=maps&require=role:A,scope:s:read&status=nginx&cache=60&preflight=1`, each where it is wanted. */
export function readOptions(query: string): ForwardAuthOptions {
  if (query === '') return NO_OPTIONS;
  let options = remembered.get(query);
  if (!options) {
    options = parse(query);
    // The query may carry a key, which is kept nowhere.
    if (query.length <= LONGEST_REMEMBERED && !/key/i.test(query)) remembered.set(query, options);
  }
  return options;
}

function parse(query: string): ForwardAuthOptions {
  const params = new URLSearchParams(query);
  const audience = params.get('audience') ?? undefined;
  // Which of two would count is a guess, and the wrong one lets in whom the other would keep out.
  const isClear = params.getAll('require').length < 2 && params.getAll('audience').length < 2;
  return {
    audience,
    encodedAudience: encode(audience ?? ''),
    require: isClear ? parseRequirements(params.get('require') ?? undefined) : undefined,
    foldsStatus: params.get('status') === 'nginx',
    cacheSeconds: secondsOf(params.get('cache')),
    letsPreflightsPass: params.get('preflight') === '1',
  };
}

/** Logins may be in any script, and a value may hold commas: percent signs for all but what is plain in a URL. */
export function encode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString()).replaceAll('%2F', '/');
}

function secondsOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Math.min(Number(text), MOST_CACHE_SECONDS) : undefined;
}
