import type { Config } from '../config/config.js';
import type { PolicyDto } from './admin.dto.js';

/** What holds here for everybody, each with the setting that makes it. */
export function policiesOf({ keys, verification, usage, sync, services, oidc }: Config): PolicyDto[] {
  const { neverExpires } = keys;
  const endless = neverExpires.allowed === 'role' ? `role:${neverExpires.role}` : neverExpires.allowed;
  const labels = (rates: readonly { readonly label: string }[]): string | null =>
    rates.map(({ label }) => label).join('; ') || null;
  const policies: readonly (readonly [string, unknown, string])[] = [
    ['Default lifetime of a key, in hours', keys.defaultTtlHours, 'APIKM_DEFAULT_APIKEY_TTL_HOUR'],
    ['Longest lifetime of a key, in hours', keys.maxTtlHours ?? null, 'APIKM_MAX_APIKEY_TTL_HOUR'],
    ['Who may make keys that never expire', endless, 'APIKM_NEVER_EXPIRES'],
    ['Live keys per person', keys.maxPerOwner || null, 'APIKM_MAX_KEYS_PER_USER'],
    ['Keys that one person may make', labels(keys.createRates), 'APIKM_CREATE_RATE'],
    ['Keys may be sent in URLs', keys.allowedInUrl, 'APIKM_KEYS_IN_URL'],
    [
      'A key that names services may name only those of the catalogue',
      services.areAll,
      'APIKM_SERVICES_ONLY',
    ],
    ['Prefixes of keys; new keys get the first', keys.prefixes, 'APIKM_KEY_PREFIX'],
    ['Headers in which a key is accepted', keys.headers, 'APIKM_KEY_HEADERS'],
    ['Query parameters in which a key is accepted', keys.queries, 'APIKM_KEY_QUERIES'],
    ['Refused verifications per client', labels(verification.rateLimits), 'APIKM_RATE_LIMIT'],
    ['Verifications that count towards that limit', verification.rateLimitCounts, 'APIKM_RATE_LIMIT_COUNTS'],
    [
      'Days without use after which a key is switched off',
      usage.unusedDisableDays ?? null,
      'APIKM_UNUSED_DISABLE_DAYS',
    ],
    ['Days for which usage counts are kept', usage.retentionDays, 'APIKM_USAGE_RETENTION_DAYS'],
    [
      'Seconds between synchronisations of everyone’s rights',
      sync.intervalSeconds,
      'APIKM_KEYCLOAK_SYNC_FREQ',
    ],
    ['Seconds for which unconfirmed rights stay valid', sync.maxStalenessSeconds, 'APIKM_SYNC_MAX_STALENESS'],
    ['Attributes of the owner that services get', oidc.attributes, 'APIKM_OAUTH2_ATTRIBUTES'],
    ['Role of administrators', oidc.adminRole, 'APIKM_ADMIN_ROLE'],
  ];
  return policies.map(([policy, value, setting]) => ({ policy, value, setting }));
}
