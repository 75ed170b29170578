import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { LeanHistogram } from '../platform/lean-histogram.js';
import { counters, gauge } from '../platform/metrics.js';
import { KeyLookup } from './key-lookup.js';
import type { Outcome } from './outcome.js';

/** Seconds: a known key takes microseconds, one that is looked up milliseconds. */
const BUCKETS = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/** What an operator watches of verification: outcomes, the time that a decision takes, what the cache spares. */
@Injectable()
export class VerificationMetrics {
  private readonly outcomes: Record<string, number> = { VALID: 0 };
  private readonly latency: LeanHistogram;

  constructor(registry: Registry, lookup: KeyLookup) {
    this.latency = new LeanHistogram({
      registry,
      name: 'apikm_verification_seconds',
      help: 'Time from a presented key to the decision',
      buckets: BUCKETS,
    });
    counters(
      { registry, name: 'apikm_verifications_total', help: 'Verifications by outcome', label: 'code' },
      this.outcomes,
    );
    counters(
      {
        registry,
        name: 'apikm_key_lookups_total',
        help: 'Keys by where they were found: known, asked of the database, or kept while it is away',
        label: 'result',
      },
      lookup.counts,
    );
    gauge(
      { registry, name: 'apikm_cached_keys', help: 'Keys that are known without a query' },
      () => lookup.cache.size,
    );
  }

  /** @param startedAt by performance.now */
  observe(outcome: Outcome, startedAt: number): Outcome {
    const code = outcome.valid ? 'VALID' : outcome.code;
    this.outcomes[code] = (this.outcomes[code] ?? 0) + 1;
    this.latency.add((performance.now() - startedAt) / 1000);
    return outcome;
  }
}
