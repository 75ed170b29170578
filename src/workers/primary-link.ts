import cluster from 'node:cluster';
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Config } from '../config/config.js';
import type { CountedWindow, MetricValues, PrimaryCalls, WindowTotal, WorkerCalls } from './calls.js';
import { Channel } from './channel.js';

const BEAT_MS = 2000;
/** Without a primary nobody ends a process that won't end by itself. */
const LAST_PATIENCE_MS = 10_000;

interface Counting {
  readonly type: string;
  get(): Promise<MetricValues>;
}

/** What a worker has of the primary that started it, and so of the other workers; a process that is alone has none. */
@Injectable()
export class PrimaryLink implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Ended without a word: nobody listens on the port any more. */
  isGone = false;
  private readonly primary: Channel<PrimaryCalls> | undefined;
  private beating: NodeJS.Timeout | undefined;
  private onReached: WorkerCalls['reached'] = () => {};

  constructor(
    private readonly config: Config,
    private readonly registry: Registry,
  ) {
    if (!cluster.isWorker) return;
    const own: WorkerCalls = {
      metrics: () => this.registry.getMetricsAsJSON() as Promise<unknown> as Promise<MetricValues[]>,
      reached: (name, window) => this.onReached(name, window),
    };
    this.primary = new Channel<PrimaryCalls>(process, { ...own });
    cluster.worker!.once('disconnect', () => this.endAlone());
  }

  get isThere(): boolean {
    return this.primary !== undefined;
  }

  /** What is done once at a start was done by the first worker. */
  get isLater(): boolean {
    return cluster.isWorker && !isFirstWorker();
  }

  onApplicationBootstrap(): void {
    if (this.primary) this.beating = setInterval(() => void this.beat(), BEAT_MS).unref();
  }

  /** Nobody is answered any more: what was counted until now is all. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.beating);
    await this.beat();
  }

  /** From now on the primary may count on this worker. */
  async serves(): Promise<void> {
    await this.primary?.call('serves');
  }

  /** Of all workers together. @throws Error when the primary is gone */
  metrics(): Promise<string> {
    return this.primary!.call('metrics');
  }

  /** @throws Error when the primary is gone */
  count(windows: readonly CountedWindow[]): Promise<readonly WindowTotal[]> {
    return this.primary!.call('count', windows);
  }

  /** `onReached`: all workers together have used up a window. */
  subscribe(onReached: WorkerCalls['reached']): void {
    this.onReached = onReached;
  }

  private async beat(): Promise<void> {
    if (!this.primary) return;
    const counts = this.config.http.metricsPort === undefined ? [] : await this.counts();
    // Whoever isn't heard of is taken for dead, which is right.
    await this.primary.call('beat', counts).catch(() => {});
  }

  private async counts(): Promise<MetricValues[]> {
    const metrics = this.registry.getMetricsAsArray() as unknown as Counting[];
    return Promise.all(metrics.filter(({ type }) => type !== 'gauge').map((metric) => metric.get()));
  }

  /** As at a SIGTERM; Node by itself would leave everything as it is at this moment. */
  private endAlone(): void {
    this.isGone = true;
    cluster.worker!.exitedAfterDisconnect = true;
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), LAST_PATIENCE_MS).unref();
  }
}

/** Whether this process is the one that does what is done once at a start: alone, or the first worker of all. */
export const isFirstWorker = (): boolean => cluster.worker === undefined || cluster.worker.id === 1;
