import { Injectable } from '@nestjs/common';
import { VerificationPool } from '../database/verification-pool.js';
import { ReplicaReads } from './replica-reads.js';
import { SELECT_KEYS } from './snapshot.js';
import type { SnapshotRow } from './snapshot.js';

const MOST_AT_ONCE = 500;
/** More than can be answered while anybody waits: a database that hangs must not fill the memory. */
const MOST_WAITING = 20_000;
const STATEMENT = { name: 'keys-by-digest', text: SELECT_KEYS };

interface Waiter {
  readonly resolve: (row: SnapshotRow | undefined) => void;
  readonly reject: (error: unknown) => void;
}

type Batch = Map<string, Waiter>;

/**
 * Look-ups gathered into few queries: those of a tick go together, and while every connection is busy, those that
 * come go together with the next. The busier it is, the larger the queries and the less each look-up costs.
 */
@Injectable()
export class KeyQueries {
  /** Keys that were asked for, by the place that told of them. */
  readonly counts = { writer: 0, replica: 0 };
  private waiting: Batch = new Map();
  private running = 0;
  private scheduled = false;

  constructor(
    private readonly pool: VerificationPool,
    private readonly replica: ReplicaReads,
  ) {}

  /**
   * The caller sees to it that it asks for a digest once at a time.
   * @throws Error when the database is away, or too many wait for it
   */
  read(digest: string): Promise<SnapshotRow | undefined> {
    if (this.waiting.size >= MOST_WAITING) return Promise.reject(new Error('too many wait for the database'));
    return new Promise((resolve, reject) => {
      this.waiting.set(digest, { resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.size === 0 || this.running >= this.pool.connections) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.query(this.take());
    });
  }

  private take(): Batch {
    const batch: Batch = new Map();
    for (const [digest, waiter] of this.waiting) {
      if (batch.size === MOST_AT_ONCE) break;
      batch.set(digest, waiter);
      this.waiting.delete(digest);
    }
    return batch;
  }

  private async query(batch: Batch): Promise<void> {
    this.running += 1;
    this.schedule();
    try {
      if (this.replica.isUsable) await this.askReplica(batch);
      if (batch.size > 0) await this.askWriter(batch);
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    } finally {
      this.running -= 1;
      this.schedule();
    }
  }

  /** What it can't tell stays in the batch. */
  private async askReplica(batch: Batch): Promise<void> {
    const found = await this.replica.read([...batch.keys()]);
    this.counts.replica += found.size;
    for (const [digest, row] of found) {
      batch.get(digest)!.resolve(row);
      batch.delete(digest);
    }
  }

  private async askWriter(batch: Batch): Promise<void> {
    const digests = [...batch.keys()];
    const rows = await this.pool.rows<SnapshotRow>(STATEMENT, [
      digests.map((digest) => Buffer.from(digest, 'hex')),
    ]);
    this.replica.heard(rows);
    this.counts.writer += digests.length;
    const found = new Map(rows.map((row) => [row.digest, row]));
    for (const [digest, { resolve }] of batch) resolve(found.get(digest));
  }
}
