// Owns the look-up of a key by its digest: the cache, one query on a miss whoever waits, what is served while the
// database is away, and how far a read replica is believed.
// Promises that a change that was announced is never overwritten by a reading that began before it, and that memory
// stays bounded. Knows no rule about keys: what is made of their limits is passed in.
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import { Clock } from '../platform/clock.js';
import { counter, counters, gauge } from '../platform/metrics.js';
import { KeyLookup } from './key-lookup.js';
import { KeyQueries } from './key-queries.js';
import { ReplicaReads } from './replica-reads.js';

@Module({})
export class KeyLookupModule {
  constructor(lookup: KeyLookup<unknown>, queries: KeyQueries, registry: Registry) {
    const help =
      'Keys by where they were found: known, looked up in the database, or kept while it is unavailable';
    counters({ registry, name: 'apikm_key_lookups_total', help, label: 'result' }, lookup.counts);
    const places = 'Keys that were looked up in a database, by the database that answered';
    counters({ registry, name: 'apikm_key_reads_total', help: places, label: 'place' }, queries.counts);
    const cached = { registry, name: 'apikm_cached_keys', help: 'Keys that are known without a query' };
    gauge(cached, () => lookup.cache.size);
    const evicted = 'Known keys that were forgotten to make room for others';
    counter({ registry, name: 'apikm_evicted_keys_total', help: evicted }, () => lookup.cache.evicted);
  }

  /** @param parse what a verification reads of stored limits, made once for each reading of a key */
  static forLimits<L>(parse: (stored: object) => L): DynamicModule {
    const provider = {
      provide: KeyLookup,
      inject: [Config, KeyQueries, Clock, Invalidation],
      useFactory: (config: Config, queries: KeyQueries, clock: Clock, invalidation: Invalidation) =>
        new KeyLookup(config, queries, clock, invalidation, parse),
    };
    return {
      module: KeyLookupModule,
      imports: [InvalidationModule],
      providers: [provider, KeyQueries, ReplicaReads],
      exports: [KeyLookup],
    };
  }
}
