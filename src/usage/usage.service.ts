import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Config } from '../config/config.js';

interface Count {
  readonly keyId: string;
  /** Its beginning, in milliseconds since 1970, as is `lastUsedAt`. */
  readonly hour: number;
  accepted: number;
  refused: number;
  lastUsedAt: number | null;
}

interface Batch {
  readonly number: number;
  readonly counts: readonly Count[];
}

export interface Totals {
  readonly accepted: number;
  readonly refused: number;
  readonly lastUsedAt: Date | null;
}

const HOUR_MS = 3_600_000;
/** Counts of so many keys are put into a statement without holding up verifications. */
const MOST_IN_BATCH = 2000;

/** Gives no row when this batch has arrived before: the reply to its COMMIT was lost. */
const CLAIM_BATCH = `
  INSERT INTO usage_writers AS w (id, batch, written_at) VALUES ($1, $2, now())
  ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, written_at = excluded.written_at WHERE w.batch < excluded.batch
  RETURNING batch`;
/** Long after any batch of theirs could come once more. */
const FORGET_WRITERS = `DELETE FROM usage_writers WHERE written_at < now() - interval '7 days'`;
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

/** Counts in memory on the way of a verification; writes the sums in batches, and at shutdown. */
@Injectable()
export class UsageService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Usage');
  private readonly writer = uuid();
  private readonly pending = new Map<string, Count>();
  /** Sent, perhaps written: it goes again as it is, under its number, until an answer comes. */
  private sent: Batch | undefined;
  private batches = 0;
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly source: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.source.query(FORGET_WRITERS);
    this.timer = setInterval(() => void this.flush(), this.config.usage.flushMs).unref();
  }

  /** Nobody is answered any more, and the database closes next. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  get pendingKeys(): number {
    return this.pending.size + (this.sent?.counts.length ?? 0);
  }

  /** @param now milliseconds since 1970 */
  accepted(keyId: string, now: number): void {
    const count = this.countOf(keyId, now);
    count.accepted += 1;
    count.lastUsedAt = now;
  }

  /** @param now milliseconds since 1970 */
  refused(keyId: string, now: number): void {
    this.countOf(keyId, now).refused += 1;
  }

  /** Writes what was counted so far, each count once; what can't be written is kept for the next time. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.writePending());
    return this.writing;
  }

  /** By key id; a key that was never asked about is missing. Counts not yet written are written first. */
  async totals(keyIds: readonly string[]): Promise<Map<string, Totals>> {
    await this.flush();
    const rows = await this.source.query<
      { key_id: string; accepted: string; refused: string; last_used_at: Date | null }[]
    >('SELECT key_id, accepted, refused, last_used_at FROM usage_totals WHERE key_id = ANY($1)', [keyIds]);
    return new Map(
      rows.map((row) => [
        row.key_id,
        { accepted: Number(row.accepted), refused: Number(row.refused), lastUsedAt: row.last_used_at },
      ]),
    );
  }

  private countOf(keyId: string, now: number): Count {
    let count = this.pending.get(keyId);
    if (count && now < count.hour + HOUR_MS) return count;
    const hour = now - (now % HOUR_MS);
    // The count of the hour before stays in the batch under a name of its own.
    if (count) this.pending.set(`${keyId} ${count.hour}`, count);
    this.pending.set(keyId, (count = { keyId, hour, accepted: 0, refused: 0, lastUsedAt: null }));
    return count;
  }

  /** What is counted meanwhile waits for the next time: under load there would be no end. */
  private async writePending(): Promise<void> {
    if (!(await this.writeSent())) return;
    for (let left = this.pending.size; left > 0; left -= MOST_IN_BATCH) {
      this.sent = { number: (this.batches += 1), counts: this.take(Math.min(left, MOST_IN_BATCH)) };
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
      return true;
    } catch (error) {
      this.logger.warn(
        `counts of ${this.pendingKeys} keys could not be written and are kept: ${String(error)}`,
      );
      return false;
    }
  }

  private take(most: number): Count[] {
    const counts: Count[] = [];
    for (const [name, count] of this.pending) {
      if (counts.length === most) break;
      counts.push(count);
      this.pending.delete(name);
    }
    return counts;
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
