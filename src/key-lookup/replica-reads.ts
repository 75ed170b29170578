import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ReplicaPool, WRITER_POSITION } from '../database/replica-pool.js';
import type { Origin, ReplicaRows, WriterPosition } from '../database/replica-pool.js';
import { VerificationPool } from '../database/verification-pool.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import type { Change } from '../invalidation/invalidation.service.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { ReplicaMarks } from './replica-marks.js';
import { SELECT_KEYS } from './snapshot.js';
import type { SnapshotRow } from './snapshot.js';
import { within } from './within.js';

/** A replica that takes longer is not waited for: the writer still has to be asked in time. */
const PATIENCE_MS = 300;
/** Nobody waits for a look at one that isn't used. */
const LOOK_PATIENCE_MS = 1000;
/** How often that is. */
const LOOK_MS = 500;
/** Rights or functions that are missing; a standby. */
const TELLS_NONE = /^(?:42|55)/;
const DIGEST = /^[0-9a-f]{64}$/;

type Rows = ReadonlyMap<string, SnapshotRow>;
const NOTHING: Rows = new Map();

const keySubject = (digest: string): string => `key ${digest}`;
const ownerSubject = (id: string): string => `owner ${id}`;

/**
 * Keys as a read replica has them, where the settings name one. What it has is believed when it is no older than what
 * this process was told of, or has read of the writer itself; of all else the writer is asked. A replica that fails, or is
 * behind, is left alone until it is as it should be, and nobody waits for that.
 */
@Injectable()
export class ReplicaReads implements OnModuleInit, OnApplicationShutdown {
  private readonly marks = new ReplicaMarks();
  private readonly trouble: Trouble;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly freshMs: number;
  private origin: Origin | undefined;
  /** It answers, it is what it should be, and not behind. */
  isUsable = false;
  private looking = false;
  private taking = false;

  constructor(
    config: Config,
    private readonly writer: VerificationPool,
    private readonly replica: ReplicaPool,
    clock: Clock,
    invalidation: Invalidation,
  ) {
    this.trouble = new Trouble(new Logger('ReadReplica'), clock);
    this.freshMs = Math.max(1, config.verification.freshSeconds) * 1000;
    if (replica.isUsed) invalidation.subscribe((change) => this.doubt(change));
  }

  onModuleInit(): void {
    if (!this.replica.isUsed) return;
    void this.look();
    this.timers.push(setInterval(() => void this.look(), LOOK_MS).unref());
    // What nobody was told of may not grow ever older.
    this.timers.push(setInterval(() => void this.takePosition(true), this.freshMs).unref());
  }

  onApplicationShutdown(): void {
    this.timers.forEach(clearInterval);
    this.isUsable = false;
  }

  /** Those that may be believed: for the others the writer has to be asked. */
  async read(digests: readonly string[]): Promise<Rows> {
    try {
      const read = await this.ask(digests, PATIENCE_MS);
      const believed = read.rows.filter((row) => this.isBelieved(read.position, row));
      this.marks.settle(read.position);
      return new Map(believed.map((row) => [row.digest, row]));
    } catch {
      // This process itself may have been too busy to read the answer in time: a look says whether it is to be used.
      this.isUsable = false;
      void this.look();
      return NOTHING;
    }
  }

  /** What the writer has said holds until the replica says it, too. */
  heard(rows: readonly SnapshotRow[]): void {
    if (!this.replica.isUsed || rows.length === 0) return;
    if (this.trouble.isOn) {
      // It may be long until it is used again: one mark for all will do, taken then.
      this.marks.doubtAll();
      return;
    }
    for (const { digest, owner_id: ownerId } of rows) {
      this.marks.doubt(keySubject(digest));
      this.marks.doubt(ownerSubject(ownerId));
    }
    void this.takePosition();
  }

  private isBelieved(position: bigint, { digest, owner_id: ownerId }: SnapshotRow): boolean {
    const { marks } = this;
    return marks.believes(position, keySubject(digest)) && marks.believes(position, ownerSubject(ownerId));
  }

  private doubt(change: Change): void {
    switch (change.kind) {
      case 'key':
        this.marks.doubt(keySubject(change.digest));
        break;
      case 'owner':
        this.marks.doubt(ownerSubject(change.ownerId));
        break;
      case 'gap':
        this.marks.doubtAll();
        this.isUsable = false;
        break;
    }
    void this.takePosition();
  }

  /** Whether it is to be used: with the statement that will be asked, so that one without our schema is found. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      if (this.marks.lacksPosition) await this.takePosition();
      if (this.isUsable || !this.origin) return;
      await this.ask([], LOOK_PATIENCE_MS);
      this.trouble.end('the read replica is used again');
    } catch (error) {
      this.leave((error as Error).message);
    } finally {
      this.looking = false;
    }
  }

  /** @throws Error when it is not to be used; one that is behind may be, a moment later */
  private async ask(digests: readonly string[], patienceMs: number): Promise<ReplicaRows<SnapshotRow>> {
    const read = await within(patienceMs, this.replica.rows<SnapshotRow>(statementFor(digests)));
    const strangeness = this.strangenessOf(read.origin);
    if (strangeness) throw new Error(strangeness);
    this.isUsable = this.marks.reaches(read.position);
    return read;
  }

  /** Why it may have other changes than the main database. */
  private strangenessOf({ system, timeline }: Origin): string | undefined {
    if (system !== this.origin?.system) return 'it is not a replica of the main database';
    const main = this.origin.timeline;
    return timeline === main ? undefined : `it is on timeline ${timeline}, and the main database on ${main}`;
  }

  private leave(why: string): void {
    this.trouble.begin('', `the read replica is not used (${why}): keys are looked up in the main database`);
  }

  /** One at a time; whatever came meanwhile follows. */
  private async takePosition(raises = false): Promise<void> {
    if (this.taking) return;
    this.taking = true;
    try {
      do await this.marks.take(() => this.writerPosition(), raises);
      while (this.marks.lacksPosition);
    } catch (error) {
      // The next look tries again, and until then nothing that changed is believed. One that is away is told of elsewhere.
      const { code = '', message } = error as { code?: string; message: string };
      if (TELLS_NONE.test(code)) this.leave(`the main database does not report its position: ${message}`);
    } finally {
      this.taking = false;
    }
  }

  private async writerPosition(): Promise<bigint> {
    const [told] = await this.writer.rows<WriterPosition>(WRITER_POSITION);
    const { position, system, timeline } = told!;
    this.origin = { system, timeline };
    return BigInt(position);
  }
}

/** With the digests in its text: a message with two statements takes no parameters. */
function statementFor(digests: readonly string[]): string {
  if (!digests.every((digest) => DIGEST.test(digest))) throw new Error('a digest is 64 hexadecimal digits');
  return SELECT_KEYS.replace('$1', `ARRAY[${digests.map((digest) => `'\\x${digest}'`).join()}]`);
}
