import type { Config } from './config.js';
import { readDatabase } from './read-database.js';
import { readKeys } from './read-keys.js';
import { readOidc } from './oidc-settings.js';
import { readRedis } from './redis-url.js';
import { SettingsReader } from './settings-reader.js';
import type { Environment } from './settings-reader.js';
import * as values from './values.js';
import { readWorkers } from './read-workers.js';

/** The settings stop the start; `problems` names every one of them, never a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The settings can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** @throws ConfigError with all problems at once. */
export function parseConfig(env: Environment): Config {
  const read = new SettingsReader(env);
  const config = build(read, env.NODE_ENV === 'production');
  if (read.problems.length) throw new ConfigError(read.problems);
  return deepFreeze(config);
}

/** How lines are written, also where the other settings can't be read. */
export function logFormatOf(env: Environment): 'json' | 'pretty' {
  return readLogFormat(new SettingsReader(env), env.NODE_ENV === 'production');
}

const readLogFormat = (read: SettingsReader, production: boolean) =>
  read.oneOf('APIKM_LOG_FORMAT', ['json', 'pretty'], production ? 'json' : 'pretty');

function build(read: SettingsReader, production: boolean): Config {
  const http = readHttp(read, production);
  const database = readDatabase(read, production);
  const oidc = readOidc(read, production, http.publicUrl);
  const inMemory = database.kind === 'embedded' && database.folder === undefined;
  return {
    production,
    debug: read.boolean('APIKM_DEBUG'),
    workers: readWorkers(read, oidc),
    http,
    cors: readCors(read),
    dataFolder: inMemory ? undefined : './data',
    database,
    redis: readRedis(read),
    oidc,
    session: { cookieSecrets: readCookieSecrets(read, production) },
    keys: readKeys(read),
    services: readServices(read),
    verification: {
      rateLimits: read.rateLimits('APIKM_RATE_LIMIT'),
      rateLimitCounts: read.oneOf('APIKM_RATE_LIMIT_COUNTS', ['failures', 'all']),
      fastLane: read.boolean('APIKM_FAST_LANE'),
      freshSeconds: read.number('APIKM_VERIFY_FRESH', { min: 0, max: 3600, whole: false }),
      staleSeconds: read.number('APIKM_VERIFY_STALE', { min: 0, max: 604_800, whole: false }),
    },
    sync: readSync(read),
    usage: readUsage(read),
    web: readWeb(read),
    docs: readDocs(read),
    log: {
      level: read.oneOf('APIKM_LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      format: readLogFormat(read, production),
    },
    warnings: read.warnings,
  };
}

function readUsage(read: SettingsReader): Config['usage'] {
  return {
    flushMs: read.number('APIKM_USAGE_FLUSH_MS', { min: 10, max: 60_000 }),
    retentionDays: read.number('APIKM_USAGE_RETENTION_DAYS', { min: 31, max: 36_500 }),
    unusedDisableDays: read.optionalNumber('APIKM_UNUSED_DISABLE_DAYS', { min: 2, max: 36_500 }),
  };
}

function readServices(read: SettingsReader): Config['services'] {
  const areAll = read.boolean('APIKM_SERVICES_ONLY');
  if (areAll) read.demand('APIKM_SERVICES', 'a file, which APIKM_SERVICES_ONLY needs', './services.yaml');
  return { file: read.text('APIKM_SERVICES') || undefined, areAll };
}

function readSync(read: SettingsReader): Config['sync'] {
  const intervalSeconds = read.number('APIKM_KEYCLOAK_SYNC_FREQ', { whole: false });
  return {
    intervalSeconds,
    maxStalenessSeconds: read.number('APIKM_SYNC_MAX_STALENESS', { min: 0 }),
    rightsFromToken: intervalSeconds === -1,
  };
}

function readHttp(read: SettingsReader, production: boolean): Config['http'] {
  const port = read.number('APIKM_PORT', { min: 0, max: 65_535 });
  const rootPath = read
    .matching('APIKM_ROOT_PATH', /^(?:\/[\w.-]+)*\/?$/, 'a path or nothing', '/apikeys')
    .replace(/\/$/, '');
  if (production) read.demand('APIKM_PUBLIC_URL', 'an http(s) URL', 'https://keys.example.org');
  const publicUrl = read.given('APIKM_PUBLIC_URL')
    ? read.as('APIKM_PUBLIC_URL', values.readUrl, 'an http(s) URL without query', 'https://keys.example.org')
    : undefined;
  return {
    host: read.text('APIKM_HOST'),
    port,
    rootPath,
    publicUrl: publicUrl ?? `http://localhost:${port}${rootPath}`,
    trustedProxies:
      read.as('APIKM_TRUSTED_PROXIES', values.readRanges, 'a comma list of CIDRs', '10.0.0.0/8') ?? [],
    metricsPort: read.given('APIKM_METRICS_PORT')
      ? read.number('APIKM_METRICS_PORT', { min: 1, max: 65_535 })
      : undefined,
    drainSeconds: read.number('APIKM_DRAIN_SECONDS', { min: 0, max: 600 }, production ? '5' : '0'),
  };
}

const LOGO = /^(?:.+\.(?:svg|png|jpe?g|webp))?$/i;

function readWeb(read: SettingsReader): Config['web'] {
  const logo = read.matching('APIKM_LOGO', LOGO, 'a file: svg, png, jpg or webp', './logo.svg');
  const accent = read.matching('APIKM_ACCENT', /^#[0-9a-f]{6}$/i, 'a colour', '#3a4fd8');
  return { logo: logo || undefined, accent };
}

/** In place of one of these the document would stand, or the other way round. */
const FREE_PATH =
  /^\/(?!(?:v1|auth|health|k|keys|admin|new|assets|logout|metrics|dev-identity)(?:\/|$)|docs\/?$)[\w./-]+$/;

function readDocs(read: SettingsReader): Config['docs'] {
  return {
    title: read.text('APIKM_NAME'),
    description: read.text('APIKM_SWAGGER_DESCRIPTION'),
    openapiPath: read.matching(
      'APIKM_OPENAPI_URL',
      FREE_PATH,
      'a path without a page or route',
      '/openapi.json',
    ),
    contact: {
      name: read.text('APIKM_CONTACT_NAME'),
      url: read.text('APIKM_CONTACT_URL'),
      email: read.text('APIKM_CONTACT_EMAIL'),
    },
    showTechnicalEndpoints: read.boolean('APIKM_SHOW_TECHNICAL_ENDPOINTS'),
    loginRequired: read.boolean('APIKM_USE_AUTHLIB_OAUTH'),
    clientId: read.text('APIKM_DOCS_CLIENT_ID') || undefined,
  };
}

/** No pattern of real origins matches this one. */
const STRANGER = 'https://stranger-7f3a9c.invalid';

function readCors(read: SettingsReader): Config['cors'] {
  const pattern = read.text('APIKM_CORS_ORIGINS_REGEX');
  const example = 'https://[a-z]+\\.example\\.org';
  const originsRegex = pattern
    ? read.as('APIKM_CORS_ORIGINS_REGEX', values.readOrigin, 'a regular expression', example)
    : undefined;
  const matchesAnyOrigin = originsRegex?.test(STRANGER) ?? false;
  if (matchesAnyOrigin) {
    read.warnings.push(
      'APIKM_CORS_ORIGINS_REGEX matches any origin, so origins are allowed without credentials.',
    );
  }
  const methods = read.as('APIKM_CORS_ALLOW_METHODS', values.readList, 'a comma list of methods', 'GET,POST');
  return { allowMethods: methods ?? [], originsRegex, matchesAnyOrigin };
}

const PLACEHOLDER = /^(?:change-?me|secret|password|example|test|default|placeholder|your-?secret)|^(.)\1+$/i;

function readCookieSecrets(read: SettingsReader, production: boolean): string[] {
  const secrets = read
    .text('APIKM_COOKIE_SECRET')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  const weak = secrets.some((secret) => secret.length < 32 || PLACEHOLDER.test(secret));
  if (production && (weak || secrets.length === 0)) {
    read.expect(
      'APIKM_COOKIE_SECRET',
      'random text of 32 characters or more, several joined by ","',
      'the output of: openssl rand -hex 32',
    );
  }
  return secrets;
}

function deepFreeze<T extends object>(value: T): T {
  Object.values(value).forEach((part) => typeof part === 'object' && part !== null && deepFreeze(part));
  return Object.freeze(value);
}
