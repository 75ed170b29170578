import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { LeanHistogram } from '../platform/lean-histogram.js';
import type { LeanSeries } from '../platform/lean-histogram.js';
import { counters } from '../platform/metrics.js';
import { KINDS, OUTCOMES } from './outcome.js';
import type { Kind, Outcome, RefusalCode } from './outcome.js';

/** Seconds: a known key takes microseconds, one that is looked up milliseconds. */
const BUCKETS = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

type Code = RefusalCode | 'VALID';

/** What an operator watches of verification: outcomes, and the time that a decision takes. */
@Injectable()
export class VerificationMetrics {
  private readonly outcomes: Record<Code, number>;
  private readonly latency: LeanHistogram;

  constructor(registry: Registry) {
    this.outcomes = withEach(Object.keys(OUTCOMES) as Code[], () => 0);
    const help = 'Verifications by outcome';
    counters({ registry, name: 'apikm_verifications_total', help, label: 'code' }, this.outcomes);
    this.latency = new LeanHistogram({
      registry,
      name: 'apikm_verification_seconds',
      help: 'Time from a presented key to the decision, by route and kind of outcome',
      buckets: BUCKETS,
    });
  }

  /** @param route its name; each asks once, at the start */
  of(route: string): RouteMetrics {
    const ofKind = (outcome: Kind): LeanSeries => this.latency.series({ route, outcome });
    return new RouteMetrics(this.outcomes, withEach(Object.keys(KINDS) as Kind[], ofKind));
  }
}

/** The verifications of one route: with nothing left to look up, for each of them counts here. */
export class RouteMetrics {
  constructor(
    private readonly outcomes: Record<Code, number>,
    private readonly latency: Readonly<Record<Kind, LeanSeries>>,
  ) {}

  /** @param startedAt by performance.now */
  observe(outcome: Outcome, startedAt: number): Outcome {
    const code = outcome.valid ? 'VALID' : outcome.code;
    this.outcomes[code] += 1;
    this.latency[OUTCOMES[code].kind].add((performance.now() - startedAt) / 1000);
    return outcome;
  }
}

const withEach = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
