import type { KeyConfig } from './config.js';
import type { SettingsReader } from './settings-reader.js';
import { readList } from './values.js';

const PREFIX = /^[a-z0-9]{2,8}$/;

const HEADER_NAME = /^[a-z][a-z0-9-]{0,63}$/;
/** Headers that mean something else, to Node, to us or to a gateway. */
const TAKEN_HEADERS =
  /^(?:authorization|proxy-.*|cookie2?|host|connection|content-.*|accept.*|transfer-encoding|te|trailer|upgrade|expect|date|origin|referer|user-agent|from|age|etag|expires|if-.*|last-modified|location|max-forwards|retry-after|server|range|sec-.*|access-control-.*|forwarded|via|x-forwarded-.*|x-original-.*|x-real-ip|x-request-id|x-apikm-.*)$/;
const HEADERS_FORM = 'a comma list of header names of their own (Authorization is read anyway)';

/** So named that whatever writes a URL down knows by the name to leave the value out. */
const SECRET_NAME = /^(?=.*(?:key|token|auth))[a-z][\w.-]{0,63}$/;
const QUERIES_FORM = 'a comma list of parameter names that contain key, token or auth';

export function readKeys(read: SettingsReader): KeyConfig {
  const never = read.matching(
    'APIKM_NEVER_EXPIRES',
    /^(?:all|none|role:.+)$/,
    'all, none or role:NAME',
    'role:ops',
  );
  return {
    prefixes: read.as('APIKM_KEY_PREFIX', prefixes, 'a comma list, each 2 to 8 of a-z and 0-9', 'akm') ?? [],
    headers:
      read.as(
        'APIKM_KEY_HEADERS',
        (text) => headerNames(text.toLowerCase()),
        HEADERS_FORM,
        'x-api-key,apikey',
      ) ?? [],
    queries:
      read.as(
        'APIKM_KEY_QUERIES',
        (text) => queryNames(text.toLowerCase()),
        QUERIES_FORM,
        'api-key,access_token',
      ) ?? [],
    legacyFormat: read.oneOf('APIKM_LEGACY_KEY_FORMAT', ['new', 'uuid']),
    defaultTtlHours: read.number('APIKM_DEFAULT_APIKEY_TTL_HOUR', { min: 0, max: 1_000_000, whole: false }),
    maxTtlHours: read.optionalNumber('APIKM_MAX_APIKEY_TTL_HOUR', { min: 0, max: 1_000_000, whole: false }),
    neverExpires:
      never === 'all' || never === 'none' ? { allowed: never } : { allowed: 'role', role: never.slice(5) },
    maxPerOwner: read.number('APIKM_MAX_KEYS_PER_USER', { min: 0, max: 1_000_000 }),
    createRates: read.rateLimits('APIKM_CREATE_RATE'),
    allowedInUrl: read.boolean('APIKM_KEYS_IN_URL'),
  };
}

/** A list of at least one, none twice. */
const each =
  (isGood: (name: string) => boolean) =>
  (text: string): string[] | undefined => {
    const names = readList(text) ?? [];
    return names.length > 0 && names.every(isGood) ? [...new Set(names)] : undefined;
  };

const prefixes = each((name) => PREFIX.test(name));
const headerNames = each((name) => HEADER_NAME.test(name) && !TAKEN_HEADERS.test(name));
const queryNames = each((name) => SECRET_NAME.test(name));
