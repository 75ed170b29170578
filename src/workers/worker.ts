import cluster from 'node:cluster';
import type { Worker as Forked } from 'node:cluster';
import type { MetricValues, PrimaryCalls, WindowTotal, WorkerCalls } from './calls.js';
import { Channel } from './channel.js';
import { closeUntaken } from './handed-over.js';
import { countsIn } from './shared-metrics.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One process that serves, as the primary sees it. */
export class Worker {
  /** It answers requests, or did before it ended. */
  serves = false;
  /** How often in a row it was looked after and had given no sign of life. */
  silences = 0;
  /** What it had counted when it was last heard of. */
  counts: readonly MetricValues[] = [];
  readonly startedAt = performance.now();
  private readonly forked: Forked;
  private readonly channel: Channel<WorkerCalls>;

  /** @param answers to what it asks for all of them @param failures how many before it didn't last, in a row */
  constructor(
    env: Environment,
    answers: Pick<PrimaryCalls, 'metrics' | 'count'>,
    onServes: (worker: Worker) => void,
    readonly failures: number,
  ) {
    this.forked = cluster.fork(env);
    closeUntaken(this.forked.process);
    const own: PrimaryCalls = {
      ...answers,
      serves: () => {
        this.serves = true;
        onServes(this);
      },
      beat: (counts) => {
        this.silences = 0;
        if (counts.length > 0) this.counts = counts;
      },
    };
    this.channel = new Channel<WorkerCalls>(this.forked.process, { ...own });
  }

  get isFirst(): boolean {
    return this.forked.id === 1;
  }

  get name(): string {
    return `worker ${this.forked.id} (process ${this.forked.process.pid})`;
  }

  /** What it prints, in lines; resolves when it is no more and all that it had sent and printed has come. */
  ended(print: { out: (lines: string) => void; error: (lines: string) => void }): Promise<Ending> {
    const { process: child } = this.forked;
    inLines(child.stdout!, print.out);
    inLines(child.stderr!, print.error);
    return new Promise((resolve) => {
      child.once('close', (status: number | null, signal: string | null) => resolve({ status, signal }));
    });
  }

  /** Its metrics now; of one that doesn't answer, what it had counted when it was last heard of. */
  async metrics(): Promise<readonly MetricValues[]> {
    try {
      const metrics = await this.channel.call('metrics');
      this.counts = countsIn(metrics);
      return metrics;
    } catch {
      return this.counts;
    }
  }

  reached(name: string, window: WindowTotal): void {
    // One that has just ended needs it no more.
    this.channel.call('reached', name, window).catch(() => {});
  }

  signal(signal: NodeJS.Signals): void {
    this.forked.process.kill(signal);
  }
}

export interface Ending {
  /** null: a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
}

/** Whole lines at a time: of two workers none breaks into what the other one prints. */
function inLines(stream: NodeJS.ReadableStream, print: (lines: string) => void): void {
  let begun = '';
  stream.setEncoding('utf8');
  stream.on('data', (part: string) => {
    const end = part.lastIndexOf('\n') + 1;
    if (end > 0) print(begun + part.slice(0, end));
    begun = end > 0 ? part.slice(end) : begun + part;
  });
  stream.on('end', () => begun && print(`${begun}\n`));
}
