// Owns the connections: the pool that TypeORM uses, the listener, the embedded engine and its lock.
// Whoever opened the database closes it, after the last module has written. Knows no table but the sessions'.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { Listener } from './listener.js';
import type { OpenedDatabase } from './open-database.js';

@Module({})
export class DatabaseModule {
  static forRoot(config: DatabaseConfig, { source, embedded }: OpenedDatabase): DynamicModule {
    const providers = [
      { provide: DataSource, useValue: source },
      { provide: Listener, useFactory: () => new Listener(config, embedded) },
    ];
    return { module: DatabaseModule, global: true, providers, exports: [DataSource, Listener] };
  }
}
