import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { LeanHistogram } from '../platform/lean-histogram.js';
import { counters } from '../platform/metrics.js';
import type { Outcome } from './outcome.js';

/** Seconds: a known key takes microseconds, one that is looked up milliseconds. */
const BUCKETS = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/** What an operator watches of verification: outcomes, and the time that a decision takes. */
@Injectable()
export class VerificationMetrics {
  private readonly outcomes: Record<string, number> = { VALID: 0 };
  private readonly latency: LeanHistogram;

  constructor(registry: Registry) {
    this.latency = new LeanHistogram({
      registry,
      name: 'apikm_verification_seconds',
      help: 'Time from a presented key to the decision',
      buckets: BUCKETS,
    });
    const help = 'Verifications by outcome';
    counters({ registry, name: 'apikm_verifications_total', help, label: 'code' }, this.outcomes);
  }

  /** @param startedAt by performance.now */
  observe(outcome: Outcome, startedAt: number): Outcome {
    const code = outcome.valid ? 'VALID' : outcome.code;
    this.outcomes[code] = (this.outcomes[code] ?? 0) + 1;
    this.latency.add((performance.now() - startedAt) / 1000);
    return outcome;
  }
}
