/** Every setting by name with its default; `built: false`: known, without effect yet. */
interface Setting {
  readonly fallback?: string;
  readonly built?: false;
}

const later: Setting = { built: false };

export const SETTINGS: Readonly<Record<string, Setting>> = {
  APIKM_NAME: { fallback: 'API-Key Manager' },
  APIKM_LOGO: { fallback: '' },
  APIKM_ACCENT: { fallback: '#3a4fd8' },
  APIKM_ROOT_PATH: { fallback: '' },
  APIKM_DEBUG: { fallback: 'false', built: false },
  APIKM_CORS_ALLOW_METHODS: { fallback: 'GET' },
  APIKM_CORS_ORIGINS_REGEX: { fallback: '' },
  APIKM_DEFAULT_APIKEY_TTL_HOUR: { fallback: '360' },
  APIKM_OIDC_ENDPOINT: {},
  APIKM_OIDC_INTERNAL_ENDPOINT: {},
  APIKM_OIDC_REALM: {},
  APIKM_OIDC_CLIENT_ID: {},
  APIKM_OIDC_CLIENT_SECRET: {},
  APIKM_OIDC_REDIRECT_PATH: { fallback: '/auth/callback' },
  APIKM_OAUTH2_ATTRIBUTES: { fallback: '' },
  APIKM_COOKIE_SECRET: {},
  APIKM_RATE_LIMIT: { fallback: '20/minute' },
  APIKM_RATE_LIMIT_COUNTS: { fallback: 'failures' },
  APIKM_KEYCLOAK_SYNC_FREQ: { fallback: '300' },
  APIKM_SYNC_MAX_STALENESS: { fallback: '86400' },
  APIKM_SHOW_TECHNICAL_ENDPOINTS: { fallback: 'false' },
  APIKM_USE_AUTHLIB_OAUTH: { fallback: 'false' },
  APIKM_SWAGGER_DESCRIPTION: { fallback: '' },
  APIKM_CONTACT_NAME: { fallback: '' },
  APIKM_CONTACT_URL: { fallback: '' },
  APIKM_CONTACT_EMAIL: { fallback: '' },
  APIKM_OPENAPI_URL: { fallback: '/openapi.json' },
  APIKM_HOST: { fallback: '127.0.0.1' },
  APIKM_PORT: { fallback: '9999' },
  APIKM_WORKERS: { fallback: '1' },
  APIKM_PUBLIC_URL: {},
  APIKM_DATABASE_URL: { fallback: 'pglite:./data/db' },
  APIKM_DATABASE_DIRECT_URL: {},
  APIKM_DATABASE_READ_URL: {},
  APIKM_DATABASE_POOL: { fallback: '10' },
  APIKM_REDIS_URL: {},
  APIKM_REDIS_SENTINEL_USER: {},
  APIKM_REDIS_SENTINEL_PASSWORD: {},
  APIKM_MIGRATE_ON_START: { fallback: 'true' },
  APIKM_IMPORT_ON_START: { fallback: 'false' },
  APIKM_IMPORT_TIMEZONE: {},
  APIKM_TRUSTED_PROXIES: { fallback: '' },
  APIKM_KEY_PREFIX: { fallback: 'akm' },
  APIKM_KEY_HEADERS: { fallback: 'x-api-key' },
  APIKM_KEY_QUERIES: { fallback: 'api-key' },
  APIKM_LEGACY_KEY_FORMAT: { fallback: 'new' },
  APIKM_KEYS_IN_URL: { fallback: 'true' },
  APIKM_MAX_APIKEY_TTL_HOUR: { fallback: '' },
  APIKM_NEVER_EXPIRES: { fallback: 'all' },
  APIKM_MAX_KEYS_PER_USER: { fallback: '1000' },
  APIKM_CREATE_RATE: { fallback: '60/minute' },
  APIKM_SERVICES: {},
  APIKM_SERVICES_ONLY: { fallback: 'false' },
  APIKM_ADMIN_ROLE: { fallback: 'apikm-admin' },
  APIKM_FAST_LANE: { fallback: 'true' },
  APIKM_VERIFY_FRESH: { fallback: '10' },
  APIKM_VERIFY_STALE: { fallback: '600' },
  APIKM_USAGE_FLUSH_MS: { fallback: '1000' },
  APIKM_DRAIN_SECONDS: {},
  APIKM_METRICS_PORT: {},
  APIKM_LOG_LEVEL: { fallback: 'info' },
  APIKM_LOG_FORMAT: {},
  APIKM_DOCS_CLIENT_ID: {},
  APIKM_TOKEN_SEAL_SECRET: later,
  APIKM_DERIVED_MAX_TTL_HOUR: later,
  APIKM_SMTP_URL: later,
  APIKM_MAIL_FROM: later,
  APIKM_WEBHOOK_URL: later,
  APIKM_USAGE_RETENTION_DAYS: { fallback: '400' },
  APIKM_UNUSED_DISABLE_DAYS: { fallback: '' },
};

const KUBERNETES = /_SERVICE_HOST$|_SERVICE_PORT(?:_\w+)?$|_PORT$|_PORT_\d+_(?:TCP|UDP)(?:_\w+)?$/;

/** Kubernetes puts addresses of services into the environment under names that may begin like ours. */
export const isInjected = (name: string, value: string): boolean =>
  name === 'APIKM_PORT' ? value.startsWith('tcp://') : !(name in SETTINGS) && KUBERNETES.test(name);

export function nearestSetting(name: string): string {
  const ranked = Object.keys(SETTINGS).map((known) => ({ known, distance: editDistance(name, known) }));
  return ranked.reduce((best, one) => (one.distance < best.distance ? one : best)).known;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
