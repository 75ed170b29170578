// Owns what administrators see and steer. Promises that nobody without the role of APIKM_ADMIN_ROLE gets in, by the
// rights last confirmed and not by a token, and that every act is audited as an administrator's.
// Holds no rules of its own: it asks the features.
import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { RightsModule } from '../rights/rights.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { AuditController } from './audit.controller.js';
import { AdminKeyUsageController } from './key-usage.controller.js';
import { AdminKeysController } from './keys.controller.js';
import { OwnerView } from './owner-view.js';
import { OwnersController } from './owners.controller.js';
import { PoliciesController } from './policies.controller.js';
import { StatsController } from './stats.controller.js';
import { SyncController } from './sync.controller.js';
import { UsedKeys } from './used-keys.js';

@Module({
  imports: [ApiKeysModule, AuditModule, AuthModule, InventoryModule, OwnersModule, RightsModule, UsageModule],
  controllers: [
    AdminKeysController,
    AdminKeyUsageController,
    OwnersController,
    AuditController,
    StatsController,
    PoliciesController,
    SyncController,
  ],
  providers: [OwnerView, UsedKeys],
})
export class AdminModule {}
