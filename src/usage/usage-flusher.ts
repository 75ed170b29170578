import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { BatchLane } from './batch-lane.js';
import type { Written } from './batch-lane.js';
import { RefusalLog } from './refusal-log.js';
import { UsageRecorder } from './usage-recorder.js';
import type { KeyUses } from './usage-recorder.js';

/** A commit takes as long for one key as for thousands; the rows of so many are locked until then. */
const MOST_IN_BATCH = 10_000;
/** Connections that many keys are written by: the database works on one half while the other is made ready. */
const LANES = 2;
/** How long a server that ends tries to write, and the pause between two tries. */
const LAST_PATIENCE_MS = 5000;
const LAST_PAUSE_MS = 250;

/** Writes what was counted in batches, each exactly once, at every interval and when the server ends. */
@Injectable()
export class UsageFlusher implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Usage');
  private readonly unwritten: Trouble;
  private readonly lanes: readonly BatchLane[];
  private last: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    @InjectDataSource() source: DataSource,
    private readonly recorder: UsageRecorder,
    private readonly refusals: RefusalLog,
    private readonly clock: Clock,
  ) {
    this.unwritten = new Trouble(this.logger, clock);
    this.lanes = Array.from({ length: LANES }, () => new BatchLane(source));
    recorder.onFull = () => void this.inTurn(() => this.writeRecorded(recorder.leastBusyFirst()));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), this.config.usage.flushMs).unref();
  }

  /** Nobody is answered any more, and the database closes next: what isn't written now is lost. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const giveUpAt = performance.now() + LAST_PATIENCE_MS;
    await this.flush();
    while (this.pendingKeys > 0 && performance.now() < giveUpAt) {
      await pause(LAST_PAUSE_MS);
      await this.flush();
    }
    if (this.pendingKeys > 0) this.logger.error(`counts of ${this.pendingKeys} keys are lost`);
  }

  /** The names that this process numbers its batches under. */
  get writers(): readonly string[] {
    return this.lanes.map(({ id }) => id);
  }

  /** Keys with counts that are not known to be written. */
  get pendingKeys(): number {
    return this.lanes.reduce((sum, { pendingKeys }) => sum + pendingKeys, this.recorder.size);
  }

  /** Seconds since the eldest count that is not known to be written; 0: there is none. */
  get pendingSeconds(): number {
    const now = this.clock.millis();
    const begun = [...this.lanes, this.recorder].map(({ since = now }) => since);
    return Math.max(0, (now - Math.min(...begun)) / 1000);
  }

  /** Writes what was counted so far; what can't be written is kept for the next time. */
  flush(): Promise<void> {
    return this.inTurn(async () => {
      // What is counted meanwhile waits for the next time: under load there would be no end.
      await this.writeRecorded(this.recorder.size);
      await this.refusals.flush();
    });
  }

  /** Runs `work` while no batch is under way: what it reads and what is pending add up to all. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => {});
    return next;
  }

  /** The uses that the database doesn't have. @param written as read together with what it has; {}: nothing is known of it */
  *missing(written: Written): Iterable<KeyUses> {
    for (const lane of this.lanes) yield* lane.missing(written);
    yield* this.recorder.values();
  }

  /** @param keys how many at most of those that nobody has taken yet */
  private async writeRecorded(keys: number): Promise<void> {
    let left = keys;
    const next = () => {
      if (left <= 0 || this.recorder.size === 0) return undefined;
      const since = this.recorder.since!;
      const uses = this.recorder.take(Math.min(left, MOST_IN_BATCH));
      left -= uses.length;
      return { since, uses };
    };
    const ended = await Promise.allSettled(this.lanes.map((lane) => lane.write(next)));
    const failed = ended.find((end): end is PromiseRejectedResult => end.status === 'rejected');
    if (!failed) return this.unwritten.end('counts are written again');
    const why = (failed.reason as Error).message;
    this.unwritten.begin('', `counts of ${this.pendingKeys} keys could not be written and are kept: ${why}`);
  }
}
