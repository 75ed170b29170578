import type { Config } from '../config/config.js';
import type { PolicyDto } from './admin.dto.js';

/** What holds here for everybody, each with the setting that makes it. */
export function policiesOf({ keys, verification, usage, sync, services, oidc }: Config): PolicyDto[] {
  const { neverExpires } = keys;
  const endless = neverExpires.allowed === 'role' ? `role:${neverExpires.role}` : neverExpires.allowed;
  const labels = (rates: readonly { readonly label: string }[]): string | null =>
    rates.map(({ label }) => label).join('; ') || null;
  const policies: readonly (readonly [string, unknown, string])[] = [
    [
      'Lifetime of a key whose maker asks for none, in hours',
      keys.defaultTtlHours,
      'APIKM_DEFAULT_APIKEY_TTL_HOUR',
    ],
    ['Longest lifetime of a key, in hours', keys.maxTtlHours ?? null, 'APIKM_MAX_APIKEY_TTL_HOUR'],
    ['Who may make keys without an end', endless, 'APIKM_NEVER_EXPIRES'],
    ['Live keys of one person', keys.maxPerOwner || null, 'APIKM_MAX_KEYS_PER_USER'],
    ['Keys that one person may make', labels(keys.createRates), 'APIKM_CREATE_RATE'],
    ['Keys may stand in URLs', keys.allowedInUrl, 'APIKM_KEYS_IN_URL'],
    ['Only for the services of the catalogue', services.areAll, 'APIKM_SERVICES_ONLY'],
    ['Prefixes of keys, the first mints', keys.prefixes, 'APIKM_KEY_PREFIX'],
    ['Headers in which a key is taken', keys.headers, 'APIKM_KEY_HEADERS'],
    ['Parameters in which a key is taken', keys.queries, 'APIKM_KEY_QUERIES'],
    ['Refused verifications of one client', labels(verification.rateLimits), 'APIKM_RATE_LIMIT'],
    ['Verifications that count there', verification.rateLimitCounts, 'APIKM_RATE_LIMIT_COUNTS'],
    [
      'Days after which a key is switched off that nobody used',
      usage.unusedDisableDays ?? null,
      'APIKM_UNUSED_DISABLE_DAYS',
    ],
    ['Days for which counts of use are kept', usage.retentionDays, 'APIKM_USAGE_RETENTION_DAYS'],
    ['Seconds between two readings of everybody’s rights', sync.intervalSeconds, 'APIKM_KEYCLOAK_SYNC_FREQ'],
    [
      'Seconds for which rights count that can’t be confirmed',
      sync.maxStalenessSeconds,
      'APIKM_SYNC_MAX_STALENESS',
    ],
    ['Attributes of the owner that services get', oidc.attributes, 'APIKM_OAUTH2_ATTRIBUTES'],
    ['Role of administrators', oidc.adminRole, 'APIKM_ADMIN_ROLE'],
  ];
  return policies.map(([policy, value, setting]) => ({ policy, value, setting }));
}
