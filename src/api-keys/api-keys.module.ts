// Owns the keys: their form, digest, lifetime and restrictions, and every change of them.
// Promises one transaction a change, audit line included, and that the change is announced before the answer.
// Never stores or shows a secret after the answer that created it.
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';

@Module({
  imports: [AuthModule, AuditModule, InvalidationModule, UsageModule],
  controllers: [ApiKeysController],
  providers: [ApiKeysService],
  exports: [ApiKeysService],
})
export class ApiKeysModule {}
