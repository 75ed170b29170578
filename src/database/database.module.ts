// Owns the connections: the pool that TypeORM uses, the small ones of verification, the listener, Redis, the embedded
// engine and its folder's lock; which replica leads; and the migrations. Closes them after every feature has written
// what it held. Apart from those it knows no table but the sessions' and the leader's beat.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { gauge, gauges } from '../platform/metrics.js';
import { LeaderLock } from './leader-lock.js';
import { Listener } from './listener.js';
import type { OpenedDatabase } from './open-database.js';
import { poolOf, sizesOf } from './pool-of.js';
import type { PoolSizes } from './pool-of.js';
import { ReplicaPool } from './replica-pool.js';
import { Redis } from './redis.js';
import { Unhurried } from './unhurried.js';
import { VerificationPool } from './verification-pool.js';

@Module({})
export class DatabaseModule {
  constructor(
    @InjectDataSource() source: DataSource,
    verification: VerificationPool,
    lock: LeaderLock,
    redis: Redis,
    registry: Registry,
  ) {
    const help = '1 while Redis is connected and answers; 0: this replica counts refusals on its own';
    const up = { registry, name: 'apikm_redis_up', help, together: 'min' } as const;
    if (redis.isUsed) gauge(up, () => Number(redis.isConnected));
    const leads = '1 on the replica that does what only one may do, above all the synchronisation';
    gauge({ registry, name: 'apikm_leader', help: leads }, () => Number(lock.leads));
    watchPools(registry, { main: () => sizesOf(poolOf(source)), verification: () => verification.sizes });
  }

  /** @param listener in the place of the one that hears what is announced */
  static forRoot(config: Config, { source, embedded }: OpenedDatabase, listener?: Listener): DynamicModule {
    const { database } = config;
    const providers = [
      { provide: VerificationPool, useFactory: () => new VerificationPool(database, embedded) },
      {
        provide: ReplicaPool,
        useFactory: () => new ReplicaPool(database.kind === 'postgresql' ? database.replica : undefined),
      },
      { provide: LeaderLock, inject: [Clock], useFactory: (clock: Clock) => new LeaderLock(database, clock) },
      {
        provide: Listener,
        inject: [Clock],
        useFactory: (clock: Clock) => listener ?? new Listener(database, embedded, clock),
      },
      { provide: Unhurried, useFactory: () => new Unhurried(database, source) },
      { provide: Redis, useFactory: () => Redis.open(config.redis) },
    ];
    return {
      module: DatabaseModule,
      global: true,
      // Opened before there is a module: a schema that is migrated and a lock that is held are no matter of injection.
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => source.options,
          dataSourceFactory: () => Promise.resolve(source),
        }),
      ],
      providers,
      exports: [VerificationPool, ReplicaPool, LeaderLock, Listener, Redis, Unhurried],
    };
  }
}

const POOL_METRICS = [
  ['apikm_database_connections', 'Open connections to PostgreSQL, by pool', 'open'],
  ['apikm_database_idle_connections', 'Open connections that are idle', 'idle'],
  ['apikm_database_max_connections', 'How many connections a pool may open', 'most'],
  ['apikm_database_waiting', 'Statements that wait for a connection', 'waiting'],
] as const;

function watchPools(registry: Registry, pools: Readonly<Record<string, () => PoolSizes>>): void {
  for (const [name, help, size] of POOL_METRICS)
    gauges({ registry, name, help, label: 'pool' }, () =>
      Object.fromEntries(Object.entries(pools).map(([pool, read]) => [pool, read()[size]])),
    );
}
