import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AdminModule } from './admin/admin.module.js';
import { KeyManagementModule } from './key-management/key-management.module.js';
import { AuthModule } from './auth/auth.module.js';
import type { Config } from './config/config.js';
import { DatabaseModule } from './database/database.module.js';
import type { OpenedDatabase } from './database/open-database.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportModule } from './import/import.module.js';
import { LegacyModule } from './legacy/legacy.module.js';
import type { Clock } from './platform/clock.js';
import { PlatformModule } from './platform/platform.module.js';
import type { Services } from './services/services.js';
import { ServicesModule } from './services/services.module.js';
import { VerificationModule } from './verification/verification.module.js';
import { WebModule } from './web/web.module.js';
import { WorkersModule } from './workers/workers.module.js';

@Module({})
export class AppModule {
  static forRoot(config: Config, database: OpenedDatabase, clock: Clock, services: Services): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(config, clock),
        DatabaseModule.forRoot(config, database),
        WorkersModule,
        ServicesModule.forRoot(services),
        ScheduleModule.forRoot(),
        // Express tries routes in this order: what is asked a million times comes first.
        VerificationModule,
        GatewayModule,
        AuthModule,
        KeyManagementModule,
        LegacyModule,
        AdminModule,
        WebModule,
        HealthModule,
        ImportModule,
      ],
    };
  }
}
