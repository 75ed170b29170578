// Owns the synchronisation of rights with Keycloak, and but for the import is the only one that says what they are: at
// each interval, when the admin events name somebody, and when a person logs in, makes or renews a key.
// Promises that only Keycloak's own word disables a person, that too large a change waits for an administrator, and
// that no verification waits for Keycloak.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangesModule } from '../changes/changes.module.js';
import { KeycloakModule } from '../keycloak/keycloak.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { FollowKeycloak } from './follow-keycloak.js';
import { KeycloakSync } from './keycloak-sync.js';
import { OwnerRights } from './owner-rights.js';
import { ReadPeople } from './read-people.js';
import { ReadingPlan } from './reading-plan.js';
import { Reconcile } from './reconcile.js';
import { SyncJournal } from './sync-journal.js';
import { SyncMetrics } from './sync-metrics.js';
import { SyncState } from './sync-state.entity.js';
import { RightsService } from './rights.service.js';
import { UnreadPeople } from './unread-people.js';

@Module({
  imports: [TypeOrmModule.forFeature([SyncState]), ChangesModule, KeycloakModule, OwnersModule],
  providers: [
    ...[UnreadPeople, ReadPeople, ReadingPlan, Reconcile],
    ...[SyncJournal, FollowKeycloak, KeycloakSync],
    ...[OwnerRights, RightsService, SyncMetrics],
  ],
  exports: [KeycloakSync, OwnerRights, RightsService],
})
export class RightsModule {}
