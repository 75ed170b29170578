// Owns the reading of Keycloak's admin REST, through Keycloak's own client: people, roles, groups, events, and what the
// service account may see. Promises what that client lacks: retries, a breaker and a deadline for every call, and that
// nothing but Keycloak's exact word that there is no such user is taken for that. Knows nothing of keys, and writes
// nothing.
import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { counter, counters, gauge } from '../platform/metrics.js';
import { EventFeed } from './event-feed.js';
import { KeycloakApi } from './keycloak-api.js';
import { FAILURE_KINDS } from './keycloak-error.js';
import { Outage } from './outage.js';
import { PersonReader } from './person-reader.js';
import { RealmReader } from './realm-reader.js';
import { ServiceAccount } from './service-account.js';

const PARTS = [KeycloakApi, Outage, ServiceAccount, PersonReader, RealmReader, EventFeed];

@Module({ providers: PARTS, exports: PARTS })
export class KeycloakModule {
  constructor({ calls }: KeycloakApi, outage: Outage, registry: Registry) {
    const made = { registry, name: 'apikm_keycloak_requests_total', help: 'Requests to Keycloak' };
    counter(made, () => calls.made);
    const help = 'Requests to Keycloak without a usable answer, by kind';
    const failed = { registry, name: 'apikm_keycloak_failures_total', help, label: 'kind' };
    counters({ ...failed, values: FAILURE_KINDS }, calls.failed);
    const away = 'For how long Keycloak has given no rights to this replica; 0: it answers';
    const longest = { registry, name: 'apikm_keycloak_outage_seconds', help: away, together: 'max' } as const;
    gauge(longest, () => outage.lastsFor);
  }
}
