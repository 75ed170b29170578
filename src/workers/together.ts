import { Clock } from '../platform/clock.js';
import type { CountedWindow, WindowTotal } from './calls.js';
import { SharedMetrics } from './shared-metrics.js';
import { SharedWindows } from './shared-windows.js';
import type { Worker } from './worker.js';

/** What all workers have together: their metrics, and what they have counted of callers. */
export class Together {
  private readonly shared = new SharedMetrics(() => this.serving().length);
  private readonly windows = new SharedWindows();
  private readonly clock = new Clock();

  constructor(private readonly workers: ReadonlySet<Worker>) {}

  /** Of those that run. */
  serving(): Worker[] {
    return [...this.workers].filter(({ serves }) => serves);
  }

  /** What it has counted stays. @param worker that runs no more */
  outlive(worker: Worker): void {
    this.shared.keep(worker.counts);
  }

  async metrics(): Promise<string> {
    const read = new Map<Worker, Awaited<ReturnType<Worker['metrics']>>>();
    await Promise.all(this.serving().map(async (worker) => read.set(worker, await worker.metrics())));
    // Only now: what one that ended meanwhile had counted is kept already.
    return this.shared.text([...this.workers].map((worker) => read.get(worker) ?? worker.counts));
  }

  count(windows: readonly CountedWindow[]): WindowTotal[] {
    const now = this.clock.millis();
    return windows.map((window) => {
      const { total, leftMs, reached } = this.windows.add(window, now);
      if (reached) for (const worker of this.serving()) worker.reached(window.name, { total, leftMs });
      return { total, leftMs };
    });
  }
}
