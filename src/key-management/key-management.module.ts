// Owns /v1/keys, /v1/usage, /v1/services and /v1/policy: what people and their scripts manage keys with. Promises that
// nobody sees or changes another's key, that unknown fields are refused, and that one request never makes two keys. Holds no
// rule of its own: the keys do. Reads the audit trail, for what was done to a key is its owner's to know, too.
import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { ExplainController } from './explain.controller.js';
import { HistoryController } from './history.controller.js';
import { KeyMaking } from './key-making.js';
import { KeyStatesController } from './key-states.controller.js';
import { KeysController } from './keys.controller.js';
import { OwnPolicyController } from './own-policy.controller.js';
import { RotatedKeys } from './rotated-keys.js';
import { ServicesController } from './services.controller.js';
import { UsageController } from './usage.controller.js';

@Module({
  imports: [ApiKeysModule, AuditModule, AuthModule, InventoryModule, UsageModule, VerificationModule],
  controllers: [
    KeysController,
    KeyStatesController,
    ExplainController,
    UsageController,
    HistoryController,
    ServicesController,
    OwnPolicyController,
  ],
  providers: [KeyMaking, RotatedKeys],
})
export class KeyManagementModule {}
