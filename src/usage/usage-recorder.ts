import { Injectable } from '@nestjs/common';

/** Verifications of one key within one hour. */
export interface Count {
  readonly keyId: string;
  /** Its beginning, in milliseconds since 1970, as is `lastUsedAt`. */
  readonly hour: number;
  accepted: number;
  refused: number;
  lastUsedAt: number | null;
}

const HOUR_MS = 3_600_000;

/** Counts in memory, on the way of a verification. */
@Injectable()
export class UsageRecorder {
  private readonly counts = new Map<string, Count>();

  get size(): number {
    return this.counts.size;
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

  /** The eldest counts, which from now on are the caller's. */
  take(most: number): Count[] {
    const taken: Count[] = [];
    for (const [name, count] of this.counts) {
      if (taken.length === most) break;
      taken.push(count);
      this.counts.delete(name);
    }
    return taken;
  }

  /** What nobody has taken yet. */
  values(): Iterable<Count> {
    return this.counts.values();
  }

  private countOf(keyId: string, now: number): Count {
    let count = this.counts.get(keyId);
    if (count && now < count.hour + HOUR_MS) return count;
    const hour = now - (now % HOUR_MS);
    // The count of the hour before stays under a name of its own.
    if (count) this.counts.set(`${keyId} ${count.hour}`, count);
    this.counts.set(keyId, (count = { keyId, hour, accepted: 0, refused: 0, lastUsedAt: null }));
    return count;
  }
}
