// Owns the predecessor's management routes, to the letter, over the same services as /v1.
// Promises that a client of the predecessor notices nothing. Holds no rule of its own but their forms.
// Imports owners and usage beside auth and api-keys, because the old list shows both in one row.
import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { LegacyList } from './legacy-list.js';
import { LegacyController } from './legacy.controller.js';

@Module({
  imports: [AuthModule, ApiKeysModule, UsageModule],
  controllers: [LegacyController],
  providers: [LegacyList],
})
export class LegacyModule {}
