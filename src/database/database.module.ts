// Owns the connections: the pool that TypeORM uses, the small one of verification, the listener, Redis, the embedded
// engine and its lock. Closes them after every feature has written what it held. Knows no table but the sessions'.
import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { gauge } from '../platform/metrics.js';
import { LeaderLock } from './leader-lock.js';
import { Listener } from './listener.js';
import type { OpenedDatabase } from './open-database.js';
import { poolOf } from './pool-of.js';
import { Redis } from './redis.js';
import { VerificationPool } from './verification-pool.js';

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly source: DataSource,
    verification: VerificationPool,
    redis: Redis,
    registry: Registry,
  ) {
    const help = '1 while Redis is connected and answers; 0: this replica counts refusals alone';
    if (redis.isUsed) gauge({ registry, name: 'apikm_redis_up', help }, () => Number(redis.isConnected));
    const waiting = {
      registry,
      name: 'apikm_database_waiting',
      help: 'Statements that wait for a connection',
    };
    gauge(waiting, () => (poolOf(source).waitingCount ?? 0) + verification.waiting);
  }

  static forRoot(config: Config, { source, embedded }: OpenedDatabase): DynamicModule {
    const { database } = config;
    const providers = [
      { provide: DataSource, useValue: source },
      { provide: VerificationPool, useFactory: () => new VerificationPool(database, embedded) },
      { provide: LeaderLock, useFactory: () => new LeaderLock(database) },
      { provide: Listener, useFactory: () => new Listener(database, embedded) },
      { provide: Redis, useFactory: () => Redis.open(config.redis) },
    ];
    return {
      module: DatabaseModule,
      global: true,
      providers,
      exports: [DataSource, VerificationPool, LeaderLock, Listener, Redis],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }
}
