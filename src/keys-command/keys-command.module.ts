// Owns `npm run keys`: lists and ends keys straight in the database, as the operator's deed, when nobody can log in.
// Promises that what it changes is announced to the servers that run, and that it prints no key. Holds no rules of its
// own: it asks the features. Serves nothing, synchronises nothing, and asks Keycloak nothing.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { AuditModule } from '../audit/audit.module.js';
import type { Config } from '../config/config.js';
import { DatabaseModule } from '../database/database.module.js';
import { Listener } from '../database/listener.js';
import type { OpenedDatabase } from '../database/open-database.js';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { OwnersModule } from '../owners/owners.module.js';
import { Clock } from '../platform/clock.js';
import { PlatformModule } from '../platform/platform.module.js';
import type { Services } from '../services/services.js';
import { ServicesModule } from '../services/services.module.js';

@Module({})
export class KeysCommandModule {
  static forRoot(config: Config, database: OpenedDatabase, services: Services): DynamicModule {
    return {
      module: KeysCommandModule,
      imports: [
        PlatformModule.forRoot(config, new Clock()),
        DatabaseModule.forRoot(config, database, Listener.deaf(config.database)),
        ServicesModule.forRoot(services),
        ApiKeysModule,
        AuditModule,
        InvalidationModule,
        InventoryModule,
        OwnersModule,
      ],
    };
  }
}
