// Owns what administrators see and steer. Promises that nobody without the role of APIKM_ADMIN_ROLE gets in, by the
// rights last confirmed and not by a token. Holds no rules of its own: it asks the features.
import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RightsModule } from '../rights/rights.module.js';
import { SyncController } from './sync.controller.js';

@Module({ imports: [AuthModule, RightsModule], controllers: [SyncController] })
export class AdminModule {}
