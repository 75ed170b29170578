import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import { counter, gauge } from '../platform/metrics.js';
import type { MetricValues } from './calls.js';

/** How Node's own are joined, where prom-client leaves them out or takes a mean that hides the slow one. The latest start is one of a worker that was replaced. */
const JOINED: Readonly<Record<string, string>> = {
  process_start_time_seconds: 'max',
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_mean_seconds: 'max',
  nodejs_eventloop_lag_stddev_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
};

/** The metrics of all workers as those of one server. What a worker had counted stays counted when it is gone. */
export class SharedMetrics {
  private readonly own = new Registry();
  private ended: readonly MetricValues[] = [];
  private lost = 0;

  /** @param serving how many workers answer requests */
  constructor(serving: () => number) {
    collectDefaultMetrics({ register: this.own });
    const registry = this.own;
    gauge({ registry, name: 'apikm_workers', help: 'Workers that answer requests' }, serving);
    const help = 'Workers that ended while the server went on, and were replaced';
    counter({ registry, name: 'apikm_workers_lost_total', help }, () => this.lost);
  }

  /** Of a worker that is gone. */
  keep(counts: readonly MetricValues[]): void {
    this.lost += 1;
    this.ended = joined([this.ended, countsIn(counts)]).getMetricsAsArray() as unknown as MetricValues[];
  }

  /** @param workers what each has at this moment */
  async text(workers: readonly (readonly MetricValues[])[]): Promise<string> {
    const own = (await this.own.getMetricsAsJSON()) as unknown as MetricValues[];
    return joined([...workers, this.ended, own]).metrics();
  }
}

/** prom-client adds up what says nothing else of itself. */
const joined = (all: readonly (readonly MetricValues[])[]): Registry =>
  AggregatorRegistry.aggregate(all.map((metrics) => metrics.map(prepared)));

const prepared = (metric: MetricValues): MetricValues => ({
  ...metric,
  aggregator: JOINED[metric.name] ?? metric.aggregator,
  values: metric.values.filter(({ value }) => value !== null),
});

export const countsIn = (metrics: readonly MetricValues[]): MetricValues[] =>
  metrics.filter(({ type }) => type !== 'gauge');
