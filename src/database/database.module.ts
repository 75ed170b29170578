// Owns the connections: the pool that TypeORM uses, the small one of verification, the listener, the embedded
// engine and its lock. Closes them after every feature has written what it held. Knows no table but the sessions'.
import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { LeaderLock } from './leader-lock.js';
import { Listener } from './listener.js';
import type { OpenedDatabase } from './open-database.js';
import { VerificationPool } from './verification-pool.js';

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly source: DataSource) {}

  static forRoot(config: DatabaseConfig, { source, embedded }: OpenedDatabase): DynamicModule {
    const providers = [
      { provide: DataSource, useValue: source },
      { provide: VerificationPool, useFactory: () => new VerificationPool(config, embedded) },
      { provide: LeaderLock, useFactory: () => new LeaderLock(config) },
      { provide: Listener, useFactory: () => new Listener(config, embedded) },
    ];
    return {
      module: DatabaseModule,
      global: true,
      providers,
      exports: [DataSource, VerificationPool, LeaderLock, Listener],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
