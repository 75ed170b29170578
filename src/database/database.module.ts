// Owns the connections: the pool that TypeORM uses, the small one of verification, the listener, Redis, the embedded
// engine and its lock. Closes them after every feature has written what it held. Knows no table but the sessions'.
import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { LeaderLock } from './leader-lock.js';
import { Listener } from './listener.js';
import type { OpenedDatabase } from './open-database.js';
import { Redis } from './redis.js';
import { VerificationPool } from './verification-pool.js';

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly source: DataSource,
    redis: Redis,
    registry: Registry,
  ) {
    if (redis.isUsed) registerRedis(redis, registry);
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

function registerRedis(redis: Redis, registry: Registry): void {
  new Gauge({
    name: 'apikm_redis_up',
    help: '1 while Redis is connected and answers; 0: this replica counts refusals alone',
    registers: [registry],
    collect() {
      this.set(Number(redis.isConnected));
    },
  });
}
