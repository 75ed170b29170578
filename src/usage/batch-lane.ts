import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { KeyUses } from './usage-recorder.js';
import { writeUses } from './write-uses.js';

interface Batch {
  readonly number: number;
  /** When the eldest of it began, in milliseconds since 1970. */
  readonly since: number;
  readonly uses: readonly KeyUses[];
}

/** Of each lane, by its id, the number of the last batch that the database has. */
export type Written = Readonly<Record<string, number>>;

/** Writes batches one after the other, each exactly once. */
export class BatchLane {
  /** The name that its batches are numbered under. */
  readonly id = uuid();
  /** Sent, perhaps written: it goes again as it is, under its number, until an answer comes. */
  private sent: Batch | undefined;
  private batches = 0;

  constructor(private readonly source: DataSource) {}

  get pendingKeys(): number {
    return this.sent?.uses.length ?? 0;
  }

  /** When the eldest of what is not known to be written began. */
  get since(): number | undefined {
    return this.sent?.since;
  }

  /** The uses that the database doesn't have. */
  missing(written: Written): readonly KeyUses[] {
    return this.sent && this.sent.number > (written[this.id] ?? 0) ? this.sent.uses : [];
  }

  /**
   * Writes what it has still to write, then what `next` gives.
   * @param next undefined: there is no more
   * @throws Error when the database is away; what was taken is kept and goes first the next time
   */
  async write(next: () => Omit<Batch, 'number'> | undefined): Promise<void> {
    await this.writeSent();
    for (let batch = next(); batch; batch = next()) {
      this.sent = { number: (this.batches += 1), ...batch };
      await this.writeSent();
    }
  }

  private async writeSent(): Promise<void> {
    if (!this.sent) return;
    const { number, uses } = this.sent;
    await this.source.transaction((manager) => writeUses(manager, this.id, number, uses));
    this.sent = undefined;
  }
}
