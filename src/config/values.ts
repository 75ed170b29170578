import { readRange } from './addresses.js';
import type { PostgresServer, RateLimit } from './config.js';
import { readPostgresUrl } from './postgres-url.js';

/** Each reader gives undefined for a text that does not match the form; the caller names the setting. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  if (['1', 'true', 'yes', 'on', 't', 'y'].includes(word)) return true;
  if (['0', 'false', 'no', 'off', 'f', 'n'].includes(word)) return false;
  return undefined;
}

export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  /** Unless false, fractions are refused. */
  readonly whole?: boolean;
}

export function readNumber(text: string, bounds: NumberBounds = {}): number | undefined {
  const form = bounds.whole === false ? /^[-+]?\d+(?:\.\d+)?$/ : /^[-+]?\d+(?:\.0+)?$/;
  const value = form.test(text) ? Number(text) : NaN;
  return value >= (bounds.min ?? -Infinity) && value <= (bounds.max ?? Infinity) ? value : undefined;
}

/** A comma list or a JSON list of strings. */
export function readList(text: string): string[] | undefined {
  if (!text.startsWith('['))
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

export function readRanges(text: string): string[] | undefined {
  const ranges = readList(text);
  return ranges?.every((range) => readRange(range) !== undefined) ? ranges : undefined;
}

/** A pattern for whole origins. The predecessor's were Python's: what only that writes otherwise is read as well. */
export function readOrigin(text: string): RegExp | undefined {
  const pattern = text.replace(/^\(\?i\)/, '');
  const source = pattern.replace(/^\\A|\\Z$/g, '').replaceAll('(?P<', '(?<');
  try {
    return new RegExp(`^(?:${source})$`, pattern === text ? '' : 'i');
  } catch {
    return undefined;
  }
}

/** An http(s) URL without query, hash, and anybody's password; the trailing slash is cut. */
export function readUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isPlain = !url.search && !url.hash && !url.username && !url.password;
  return /^https?:$/.test(url.protocol) && isPlain ? url.href.replace(/\/+$/, '') : undefined;
}

const SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_592_000 };
const MOST_IN_WINDOW = 1_000_000_000;
const RATE = /^(\d+)\s*(?:\/|per)\s*(?:(\d+)\s*)?(second|minute|hour|day|month)s?$/i;

/** `20/minute`, `20 per minute`, `20/5 minutes`, several joined by ";"; empty: no limit. */
export function readRateLimits(text: string): RateLimit[] | undefined {
  const limits = text
    .split(';')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(readRateLimit);
  return limits.every((limit) => limit !== undefined) ? limits : undefined;
}

function readRateLimit(text: string): RateLimit | undefined {
  const [, count, multiple = '1', unit] = RATE.exec(text) ?? [];
  if (!count || !unit) return undefined;
  const [limit, many, period] = [Number(count), Number(multiple), unit.toLowerCase()];
  const windowSeconds = many * SECONDS[period]!;
  // A longer window outlives every replica that counts it.
  if (!isWithin(limit, MOST_IN_WINDOW) || !isWithin(windowSeconds, SECONDS.month!)) return undefined;
  return { limit, windowSeconds, label: `${limit} per ${many} ${period}` };
}

const isWithin = (count: number, most: number): boolean => count >= 1 && count <= most;

/** A name of the IANA database, such as Europe/Paris. */
export function readTimezone(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: text }) && text;
  } catch {
    return undefined;
  }
}

type Place =
  | { readonly kind: 'embedded'; readonly folder: string | undefined }
  | { readonly kind: 'postgresql'; readonly server: PostgresServer };

/** `pglite:<folder>`, `pglite:memory` or a PostgreSQL URL in any spelling that SQLAlchemy takes. */
export function readDatabaseUrl(text: string, defaultSslMode?: string): Place | undefined {
  const folder = /^pglite:(.+)$/.exec(text)?.[1];
  if (folder) return { kind: 'embedded', folder: folder === 'memory' ? undefined : folder };
  const parts = /^(?:postgres|postgresql(?:\+\w+)?):\/\/(.*)$/s.exec(text);
  const server = parts ? readPostgresUrl(parts[1]!, defaultSslMode) : undefined;
  return server && { kind: 'postgresql', server };
}
