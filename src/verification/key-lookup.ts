import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { VerificationPool } from '../database/verification-pool.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import type { Change } from '../invalidation/invalidation.service.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import type { KeySnapshot } from './decide.js';
import { SELECT_KEYS, toSnapshot } from './snapshot.js';
import type { SnapshotRow } from './snapshot.js';

const MOST_KEYS = 100_000;
const MOST_UNKNOWN = 10_000;
/** Whoever asks for a key that isn't known gets an answer within a second, also from a database that hangs. */
const PATIENCE_MS = 900;

interface Entry {
  readonly snapshot: KeySnapshot;
  readonly readAt: number;
  /** A change may have been missed: look anew before believing it. */
  doubtful: boolean;
}

interface Fill {
  readonly snapshot: Promise<KeySnapshot | undefined>;
  /** Something changed since the query began, so its result may be older than the change. */
  outdated: boolean;
}

interface Waiter {
  readonly resolve: (snapshot: KeySnapshot | undefined) => void;
  readonly reject: (error: unknown) => void;
}

type Batch = Map<string, Waiter>;

/** Keys by digest: from memory while fresh, else one query for all who ask within a tick. */
@Injectable()
export class KeyLookup {
  private readonly keys = new LRUCache<string, Entry>({ max: MOST_KEYS });
  private readonly unknown = new LRUCache<string, number>({ max: MOST_UNKNOWN });
  private readonly fills = new Map<string, Fill>();
  private gathered: Batch | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly pool: VerificationPool,
    private readonly clock: Clock,
    invalidation: Invalidation,
  ) {
    invalidation.subscribe((change) => this.forget(change));
  }

  /** What is believed without a look: the key, or null that there is none. undefined: ask `find`. */
  known(digest: string): KeySnapshot | null | undefined {
    const now = this.clock.millis();
    const entry = this.keys.get(digest);
    if (entry) return !entry.doubtful && this.isFresh(entry.readAt, now) ? entry.snapshot : undefined;
    return this.isFresh(this.unknown.get(digest), now) ? null : undefined;
  }

  /** undefined: there is no such key. @throws DomainError unavailable, when the database is away and the key isn't known. */
  async find(digest: string): Promise<KeySnapshot | undefined> {
    const known = this.known(digest);
    if (known !== undefined) return known ?? undefined;
    const now = this.clock.millis();
    const entry = this.keys.get(digest);
    try {
      return await withinPatience(this.read(digest, now));
    } catch (cause) {
      if (entry && now - entry.readAt < this.config.verification.staleSeconds * 1000) return entry.snapshot;
      const sentence = 'The key cannot be looked up at the moment. Try again in a moment.';
      throw new DomainError('unavailable', 'LOOKUP_UNAVAILABLE', sentence, { retryAfterSeconds: 1, cause });
    }
  }

  private isFresh(readAt = -Infinity, now: number): boolean {
    return now - readAt < this.config.verification.freshSeconds * 1000;
  }

  /** Whoever asks while a query is under way waits for that one; one that a change overtook is made again. */
  private async read(digest: string, now: number): Promise<KeySnapshot | undefined> {
    for (;;) {
      let fill = this.fills.get(digest);
      if (!fill) this.fills.set(digest, (fill = { snapshot: this.gather(digest), outdated: false }));
      const snapshot = await fill.snapshot.finally(
        () => this.fills.get(digest) === fill && this.fills.delete(digest),
      );
      if (fill.outdated) continue;
      if (snapshot) this.keys.set(digest, { snapshot, readAt: now, doubtful: false });
      else this.unknown.set(digest, now);
      return snapshot;
    }
  }

  private gather(digest: string): Promise<KeySnapshot | undefined> {
    return new Promise((resolve, reject) => {
      if (!this.gathered) {
        const batch: Batch = (this.gathered = new Map());
        setImmediate(() => void this.query(batch));
      }
      this.gathered.set(digest, { resolve, reject });
    });
  }

  private async query(batch: Batch): Promise<void> {
    this.gathered = undefined;
    try {
      const digests = [...batch.keys()].map((digest) => Buffer.from(digest, 'hex'));
      const rows = await this.pool.rows<SnapshotRow>(SELECT_KEYS, [digests]);
      const found = new Map(rows.map((row) => [row.digest.toString('hex'), toSnapshot(row)]));
      for (const [digest, { resolve }] of batch) resolve(found.get(digest));
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    }
  }

  private forgetOwner(ownerId: string): void {
    const theirs = [...this.keys.entries()].filter(([, { snapshot }]) => snapshot.owner.id === ownerId);
    theirs.forEach(([digest]) => this.keys.delete(digest));
  }

  private forget(change: Change): void {
    switch (change.kind) {
      case 'key':
        this.keys.delete(change.digest);
        this.unknown.delete(change.digest);
        break;
      case 'owner':
        this.forgetOwner(change.ownerId);
        break;
      case 'gap':
        // Kept for an outage of the database, but looked at anew at the next use.
        for (const entry of this.keys.values()) entry.doubtful = true;
        this.unknown.clear();
    }
    for (const fill of this.fills.values()) fill.outdated = true;
  }
}

/** The query goes on after that, for whoever asks next. */
function withinPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const impatience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database takes too long')), PATIENCE_MS);
  });
  return Promise.race([work, impatience]).finally(() => clearTimeout(timer));
}
