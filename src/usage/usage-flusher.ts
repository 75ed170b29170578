import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Config } from '../config/config.js';
import { LastingTrouble } from '../platform/lasting-trouble.js';
import { RefusalLog } from './refusal-log.js';
import { UsageRecorder } from './usage-recorder.js';
import type { Count } from './usage-recorder.js';

interface Batch {
  readonly number: number;
  readonly counts: readonly Count[];
}

/** Counts of so many keys are put into a statement without holding up verifications. */
const MOST_IN_BATCH = 2000;

/** Gives no row when this batch has arrived before: the reply to its COMMIT was lost. */
const CLAIM_BATCH = `
  INSERT INTO usage_writers AS w (id, batch, written_at) VALUES ($1, $2, now())
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, written_at = excluded.written_at WHERE w.batch < excluded.batch
  RETURNING batch`;
const WRITE_HOURS = `
  INSERT INTO usage AS u (key_id, hour, accepted, refused)
  SELECT key_id, to_timestamp(hour / 1000), accepted, refused
  FROM unnest($1::text[], $2::float8[], $3::bigint[], $4::bigint[]) AS b (key_id, hour, accepted, refused)
  ON CONFLICT (key_id, hour) DO UPDATE SET accepted = u.accepted + excluded.accepted, refused = u.refused + excluded.refused`;
const WRITE_TOTALS = `
  INSERT INTO usage_totals AS t (key_id, accepted, refused, last_used_at)
  SELECT key_id, sum(accepted), sum(refused), to_timestamp(max(used_at) / 1000)
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::float8[]) AS b (key_id, accepted, refused, used_at)
  GROUP BY key_id
  ON CONFLICT (key_id) DO UPDATE SET accepted = t.accepted + excluded.accepted, refused = t.refused + excluded.refused,
    last_used_at = greatest(t.last_used_at, excluded.last_used_at)`;

/** Writes what was counted in batches, each exactly once, at every interval and when the server ends. */
@Injectable()
export class UsageFlusher implements OnApplicationBootstrap, OnApplicationShutdown {
  /** The name that this process numbers its batches under. */
  readonly writer = uuid();
  private readonly unwritten = new LastingTrouble(new Logger('Usage'), 'counts are written again');
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
  ) {}

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
    return this.recorder.size + (this.sent?.counts.length ?? 0);
  }

  /** Writes what was counted so far; what can't be written is kept for the next time. */
  flush(): Promise<void> {
    return this.inTurn(async () => {
      await this.writeRecorded();
      await this.refusals.flush();
    });
  }

  /** Runs `work` while no batch is under way: what it reads and what is pending add up to all. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => {});
    return next;
  }

  /** The counts that the database doesn't have. @param written the number of the last batch that it has of ours */
  *missing(written: number): Iterable<Count> {
    if (this.sent && this.sent.number > written) yield* this.sent.counts;
    yield* this.recorder.values();
  }

  /** What is counted meanwhile waits for the next time: under load there would be no end. */
  private async writeRecorded(): Promise<void> {
    if (!(await this.writeSent())) return;
    for (let left = this.recorder.size; left > 0; left -= MOST_IN_BATCH) {
      const counts = this.recorder.take(Math.min(left, MOST_IN_BATCH));
      this.sent = { number: (this.batches += 1), counts };
      if (!(await this.writeSent())) return;
    }
  }

  /** Whether nothing is left of it. */
  private async writeSent(): Promise<boolean> {
    if (!this.sent) return true;
    const { number, counts } = this.sent;
    try {
      await this.write(number, counts);
      this.sent = undefined;
      this.unwritten.isOver();
      return true;
    } catch (error) {
      const why = (error as Error).message;
      this.unwritten.goesOn(`counts of ${this.pendingKeys} keys could not be written and are kept: ${why}`);
      return false;
    }
  }

  /** In order of key, so that two replicas never wait for each other's rows. */
  private async write(batch: number, counts: readonly Count[]): Promise<void> {
    const sorted = [...counts].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    const keyIds = sorted.map(({ keyId }) => keyId);
    const accepted = sorted.map((count) => count.accepted);
    const refused = sorted.map((count) => count.refused);
    const usedAt = sorted.map(({ lastUsedAt }) => lastUsedAt);
    await this.source.transaction(async (manager) => {
      const claimed = await manager.query<unknown[]>(CLAIM_BATCH, [this.writer, batch]);
      if (claimed.length === 0) return;
      await manager.query(WRITE_HOURS, [keyIds, sorted.map(({ hour }) => hour), accepted, refused]);
      await manager.query(WRITE_TOTALS, [keyIds, accepted, refused, usedAt]);
    });
  }
}
