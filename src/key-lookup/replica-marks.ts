/** More of them than this are one mark for everything. */
const MOST_SUBJECTS = 10_000;

/**
 * How far a replica has to be to be believed: of a key or an owner, as far as the writer was after its change; of
 * everything, as far as it was after the last gap in the news. Positions are bytes of the writer's log.
 */
export class ReplicaMarks {
  /** undefined: it isn't known yet, and nothing is believed. */
  private floor: bigint | undefined;
  /** The eldest, which has the lowest position, in front. */
  private readonly marks = new Map<string, bigint>();
  /** Those whose position is still to be read, and those for which it is being read. */
  private pending = new Set<string>();
  private taking: ReadonlySet<string> = new Set();
  private gaps = 0;

  get lacksPosition(): boolean {
    return this.floor === undefined || this.pending.size > 0;
  }

  /** From now on `subject` is believed only of a replica that is as far as the writer is now. */
  doubt(subject: string): void {
    this.pending.add(subject);
    if (this.pending.size + this.marks.size > MOST_SUBJECTS) this.doubtAll();
  }

  doubtAll(): void {
    this.gaps += 1;
    this.floor = undefined;
    this.marks.clear();
    this.pending.clear();
  }

  /**
   * Reads how far the writer is, one call at a time.
   * @param raises everything has to be as far @throws whatever `read` throws, and then it has to be tried again
   */
  async take(read: () => Promise<bigint>, raises = false): Promise<void> {
    const { gaps } = this;
    const subjects = this.pending;
    this.taking = subjects;
    this.pending = new Set();
    try {
      const position = await read();
      // A gap that came meanwhile wants a position from after it.
      if (gaps === this.gaps) this.place(subjects, position, raises);
    } catch (error) {
      if (gaps === this.gaps) this.pending = new Set([...subjects, ...this.pending]);
      throw error;
    } finally {
      this.taking = new Set();
    }
  }

  /** @param position of a replica, before the rows were read */
  reaches(position: bigint): boolean {
    return this.floor !== undefined && position >= this.floor;
  }

  believes(position: bigint, subject: string): boolean {
    if (!this.reaches(position) || this.pending.has(subject) || this.taking.has(subject)) return false;
    return position >= (this.marks.get(subject) ?? 0n);
  }

  /** What a replica has reached becomes the floor for all: another one behind the same address may not be as far. */
  settle(position: bigint): void {
    if (this.floor === undefined) return;
    for (const [subject, mark] of this.marks) {
      if (mark > position) return;
      if (mark > this.floor) this.floor = mark;
      this.marks.delete(subject);
    }
  }

  private place(subjects: ReadonlySet<string>, position: bigint, raises: boolean): void {
    if (raises || this.floor === undefined) {
      this.floor = position;
      this.marks.clear();
      return;
    }
    for (const subject of subjects) {
      this.marks.delete(subject);
      this.marks.set(subject, position);
    }
  }
}
