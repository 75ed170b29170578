// Owns who is blocked: refused verifications per client and window, calls of routes per caller, in bounded memory, and
// those of all replicas together where they share a Redis, of all workers of a server in any case; and how many guesses a client has under way.
// Promises to decide before any query, to wait for no other replica, and never to count a look. Knows keys only by digest.
import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { counter, gauge } from '../platform/metrics.js';
import { Redis } from '../database/redis.js';
import { PrimaryLink } from '../workers/primary-link.js';
import { EndedWindows } from './ended-windows.js';
import { throttlerOptions } from './limits.js';
import { SharedCounts } from './shared-counts.js';
import { ThrottleStorage } from './throttle.storage.js';
import { WorkerCounts } from './worker-counts.js';

const sharedCounts = {
  provide: SharedCounts,
  inject: [Redis, PrimaryLink],
  useFactory: (redis: Redis, primary: PrimaryLink): SharedCounts =>
    primary.isThere && !redis.isUsed ? new WorkerCounts(redis, primary) : new SharedCounts(redis),
};

@Module({
  providers: [sharedCounts, ThrottleStorage, EndedWindows],
  exports: [SharedCounts, ThrottleStorage],
})
class ThrottleStorageModule {}

@Module({
  imports: [
    ThrottleStorageModule,
    ThrottlerModule.forRootAsync({
      imports: [ThrottleStorageModule],
      inject: [Config, ThrottleStorage],
      useFactory: throttlerOptions,
    }),
  ],
  exports: [ThrottleStorageModule],
})
export class ThrottleModule {
  constructor(storage: ThrottleStorage, registry: Registry) {
    const help = 'Requests of blocked clients that were turned away';
    counter({ registry, name: 'apikm_throttled_total', help }, () => storage.turnedAway);
    const counted = {
      registry,
      name: 'apikm_throttled_callers',
      help: 'Callers whose refusals or calls are counted',
    };
    gauge(counted, () => storage.size);
  }
}
