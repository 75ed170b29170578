// Owns the reading of rights from Keycloak's admin REST, and is the only writer of them: at each interval, when the
// admin events name somebody, and when a person logs in or makes a key.
// Promises that only Keycloak's own word disables a person, and that no verification waits for it.
// The client is an own one: a few reads need time-outs for each call, exact 404s and checked ids, which the official
// client (no abort, null on any 404, no new login after a token's end) would have to be wrapped for anyway.
import { Module } from '@nestjs/common';
import { OwnersModule } from '../owners/owners.module.js';
import { ServiceAccount } from './abilities.js';
import { EventFeed } from './event-feed.js';
import { FollowKeycloak } from './follow-keycloak.js';
import { KeycloakApi } from './keycloak-api.js';
import { KeycloakSync } from './keycloak-sync.js';
import { OwnerRights } from './owner-rights.js';
import { PersonReader } from './person-reader.js';
import { RealmReader } from './realm-reader.js';
import { Reconcile } from './reconcile.js';
import { SyncJournal } from './sync-journal.js';
import { SyncMetrics } from './sync-metrics.js';
import { SyncStatus } from './sync-status.js';

@Module({
  imports: [OwnersModule],
  providers: [
    KeycloakApi,
    ServiceAccount,
    PersonReader,
    RealmReader,
    Reconcile,
    EventFeed,
    SyncJournal,
    FollowKeycloak,
    KeycloakSync,
    OwnerRights,
    SyncStatus,
    SyncMetrics,
  ],
  exports: [KeycloakSync, OwnerRights, SyncStatus],
})
export class KeycloakModule {}
