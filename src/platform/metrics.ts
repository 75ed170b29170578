import { Counter, Gauge } from 'prom-client';
import type { Aggregator, Registry } from 'prom-client';

/** What a metric is called and what it says, for those that read a number of ours when they are asked for. */
interface Metric {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
}

interface GaugeMetric extends Metric {
  /** What several workers of one server have together; unless given, the sum. */
  readonly together?: Aggregator;
}

/** A number that goes up and down. */
export function gauge({ registry, name, help, together = 'sum' }: GaugeMetric, read: () => number): void {
  new Gauge({
    name,
    help,
    aggregator: together,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** Such numbers by the values of a label. */
export function gauges(
  { registry, name, help, label }: Metric & { readonly label: string },
  read: () => Readonly<Record<string, number>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number);
    },
  });
}

/**
 * Numbers that only grow, by the values of a label.
 * @param metric.values those that begin at 0: how a count that appears has grown, Prometheus can't tell
 */
export function counters(
  metric: Metric & { readonly label: string; readonly values?: readonly string[] },
  counts: Readonly<Record<string, number>>,
): void {
  const { registry, name, help, label, values = [] } = metric;
  new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      this.reset();
      for (const value of values) this.inc({ [label]: value }, 0);
      for (const [value, count] of Object.entries(counts)) this.inc({ [label]: value }, count);
    },
  });
}

/** A number that only grows. */
export function counter({ registry, name, help }: Metric, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
