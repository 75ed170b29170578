import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { RefusalLog } from './refusal-log.js';
import { UsageRecorder } from './usage-recorder.js';
import type { KeyUses } from './usage-recorder.js';
import { writeUses } from './write-uses.js';

interface Batch {
  readonly number: number;
  /** When the eldest of it began, in milliseconds since 1970. */
  readonly since: number;
  readonly uses: readonly KeyUses[];
}

/** So many keys are put into a statement without holding up verifications. */
const MOST_IN_BATCH = 2000;

/** Writes what was counted in batches, each exactly once, at every interval and when the server ends. */
@Injectable()
export class UsageFlusher implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The name that this process numbers its batches under. */
  readonly writer = uuid();
  private readonly unwritten: Trouble;
  /** Sent, perhaps written: it goes again as it is, under its number, until an answer comes. */
  private sent: Batch | undefined;
  private batches = 0;
  private last: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    @InjectDataSource() private readonly source: DataSource,
    private readonly recorder: UsageRecorder,
    private readonly refusals: RefusalLog,
    private readonly clock: Clock,
  ) {
    this.unwritten = new Trouble(new Logger('Usage'), clock);
    recorder.onFull = () => void this.inTurn(() => this.writeRecorded(recorder.leastBusyFirst()));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), this.config.usage.flushMs).unref();
  }

  /** Nobody is answered any more, and the database closes next. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** Keys with counts that are not known to be written. */
  get pendingKeys(): number {
    return this.recorder.size + (this.sent?.uses.length ?? 0);
  }

  /** Seconds since the eldest count that is not known to be written; 0: there is none. */
  get pendingSeconds(): number {
    const since = this.sent?.since ?? this.recorder.since;
    return since === undefined ? 0 : Math.max(0, (this.clock.millis() - since) / 1000);
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

  /** The uses that the database doesn't have. @param written the number of the last batch that it has of ours */
  *missing(written: number): Iterable<KeyUses> {
    if (this.sent && this.sent.number > written) yield* this.sent.uses;
    yield* this.recorder.values();
  }

  private async writeRecorded(keys: number): Promise<void> {
    if (!(await this.writeSent())) return;
    for (let left = keys; left > 0; left -= MOST_IN_BATCH) {
      const since = this.recorder.since ?? this.clock.millis();
      const uses = this.recorder.take(Math.min(left, MOST_IN_BATCH));
      this.sent = { number: (this.batches += 1), since, uses };
      if (!(await this.writeSent())) return;
    }
  }

  /** Whether nothing is left of it. */
  private async writeSent(): Promise<boolean> {
    if (!this.sent) return true;
    const { number, uses } = this.sent;
    try {
      await this.source.transaction((manager) => writeUses(manager, this.writer, number, uses));
      this.sent = undefined;
      this.unwritten.end('counts are written again');
      return true;
    } catch (error) {
      const why = (error as Error).message;
      this.unwritten.begin(
        '',
        `counts of ${this.pendingKeys} keys could not be written and are kept: ${why}`,
      );
      return false;
    }
  }
}
