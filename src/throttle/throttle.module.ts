// Owns who is blocked: refused verifications per client and window, in bounded memory, and those of all replicas
// together where they share a Redis.
// Promises to decide before any query, to wait for nobody, and never to count a look. Knows keys only by digest.
import { Module } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Registry } from 'prom-client';
import { counter } from '../platform/metrics.js';
import { SharedCounts } from './shared-counts.js';
import { ThrottleStorage } from './throttle.storage.js';

/** The library's guard asks for limits and a storage; ours only looks, at limits and counts of its own. */
const UNUSED = { ttl: 60_000, limit: 1 };
const NO_STORAGE: ThrottlerStorage = {
  increment: () => Promise.reject(new Error('a guard of the throttle has to extend ThrottleGuard')),
};

@Module({
  imports: [ThrottlerModule.forRoot({ throttlers: [UNUSED], storage: NO_STORAGE })],
  providers: [SharedCounts, ThrottleStorage],
  exports: [ThrottlerModule, ThrottleStorage],
})
export class ThrottleModule {
  constructor(storage: ThrottleStorage, registry: Registry) {
    const help = 'Requests of blocked clients that were turned away';
    counter({ registry, name: 'apikm_throttled_total', help }, () => storage.turnedAway);
  }
}
