/** What prom-client makes of a registry, and adds up. */
export interface MetricValues {
  readonly name: string;
  readonly type: string;
  readonly aggregator?: string;
  /** null: what was no number has become that on its way. */
  readonly values: readonly { readonly value: number | null }[];
}

/** One more of these refusals or calls in a window of a client. */
export interface CountedWindow {
  /** Of the window: it is the same in every worker. */
  readonly name: string;
  readonly limit: number;
  readonly lengthMs: number;
  readonly hits: number;
  /** Of the same one all workers together count one. */
  readonly tokens: readonly string[];
}

export interface WindowTotal {
  readonly total: number;
  readonly leftMs: number;
}

/** What a worker may ask of the primary. */
export interface PrimaryCalls {
  /** It answers requests from now on. */
  serves(): void;
  /** It lives. @param counts what it has counted until now; empty where nobody reads them */
  beat(counts: readonly MetricValues[]): void;
  /** The metrics of all workers together, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** @returns of each window what all workers together have counted */
  count(windows: readonly CountedWindow[]): readonly WindowTotal[];
}

/** What the primary may ask of a worker. */
export interface WorkerCalls {
  metrics(): Promise<readonly MetricValues[]>;
  /** All workers together have used a window up. */
  reached(name: string, window: WindowTotal): void;
}
