import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { Invalidation } from '../invalidation/invalidation.service.js';
import type { Change } from '../invalidation/invalidation.service.js';
import type { Clock } from '../platform/clock.js';
import { KeyCache } from './key-cache.js';
import type { CachedKey } from './key-cache.js';
import type { KeyQueries } from './key-queries.js';
import type { KeySnapshot, SnapshotRow } from './snapshot.js';
import { Impatience, within } from './within.js';

/** Whoever asks for a key that isn't known gets an answer within a second, also from a database that hangs. */
export const PATIENCE_MS = 900;

interface Fill<L> {
  readonly key: Promise<KeySnapshot<L> | null>;
  /** The number of the latest change when it began. */
  readonly began: number;
}

/** A key, or null that there is none; undefined: it is undecided. */
type Found<L> = KeySnapshot<L> | null | undefined;

/**
 * Keys by digest: from memory while fresh, else one query a key, whoever waits for it. `L`: what its module was told to
 * make of the stored limits, once for each reading.
 */
export class KeyLookup<L> {
  readonly counts = { hits: 0, misses: 0, stale: 0 };
  readonly cache: KeyCache<L>;
  private readonly logger = new Logger('KeyLookup');
  /** Under way, the one that began first in front. */
  private readonly fills = new Map<string, Fill<L>>();
  /** What changed meanwhile, by digest and owner, each with the number of its latest change; the eldest in front. */
  private readonly changed = new Map<string, number>();
  private changes = 0;
  private failing = false;
  private readonly freshMs: number;
  /** What was fresh still when the database went away is believed for all of the time that is promised. */
  private readonly staleMs: number;

  constructor(
    { verification }: Config,
    private readonly queries: KeyQueries,
    private readonly clock: Clock,
    invalidation: Invalidation,
    parse: (stored: object) => L,
  ) {
    this.cache = new KeyCache(parse);
    this.freshMs = verification.freshSeconds * 1000;
    this.staleMs = this.freshMs + verification.staleSeconds * 1000;
    invalidation.subscribe((change) => this.forget(change));
  }

  /** What is believed without a look; undefined: ask `find`. @param now milliseconds since 1970 */
  known(digest: string, now: number): Found<L> {
    const cached = this.cache.get(digest);
    if (!cached) return undefined;
    const age = now - cached.readAt;
    // Read while the clock was ahead: it would stay fresh for as long as that had been wrong.
    if (age >= this.freshMs || age < 0) return undefined;
    // A key in use is read anew before it has to be: nobody waits for that, nor for a database that hangs.
    if (age > this.freshMs / 2 && !cached.refreshing) this.refresh(digest, cached);
    this.counts.hits += 1;
    return cached.snapshot;
  }

  /** Whether there is such a key, or was when it was read last: to ask for it is no guess. */
  exists(digest: string): boolean {
    return Boolean(this.cache.getDoubtful(digest)?.snapshot);
  }

  /** What is not known; undefined: the database is away or too slow, and the key wasn't read for too long. */
  async find(digest: string, patienceMs = PATIENCE_MS): Promise<Found<L>> {
    const stale = this.failing ? this.stale(digest) : undefined;
    if (stale) {
      if (!stale.refreshing) this.refresh(digest, stale);
      return stale.snapshot;
    }
    this.counts.misses += 1;
    try {
      return await within(patienceMs, this.fill(digest));
    } catch (error) {
      if (isOutage(error, patienceMs)) this.reportOutage(error as Error);
      return this.stale(digest)?.snapshot;
    }
  }

  private stale(digest: string): CachedKey<L> | undefined {
    const cached = this.cache.getDoubtful(digest);
    const isKept = cached && this.clock.millis() - cached.readAt < this.staleMs;
    if (isKept) this.counts.stale += 1;
    return isKept ? cached : undefined;
  }

  private refresh(digest: string, cached: CachedKey<L>): void {
    cached.refreshing = true;
    this.fill(digest).catch((error: Error) => {
      cached.refreshing = false;
      this.reportOutage(error);
    });
  }

  /** Whoever asks while a query is under way waits for that one. */
  private fill(digest: string): Promise<KeySnapshot<L> | null> {
    const underWay = this.fills.get(digest);
    if (underWay) return underWay.key;
    const key = this.read(digest).finally(() => {
      this.fills.delete(digest);
      this.forgetChanges();
    });
    this.fills.set(digest, { key, began: this.changes });
    return key;
  }

  /** Those from before the first query that is still under way. */
  private forgetChanges(): void {
    const [eldest] = this.fills.values();
    for (const [subject, change] of this.changed) {
      if (eldest && change > eldest.began) return;
      this.changed.delete(subject);
    }
  }

  /** A query that a change of its key or owner overtook may be older than the change, and is made again. */
  private async read(digest: string): Promise<KeySnapshot<L> | null> {
    for (;;) {
      const began = this.changes;
      const now = this.clock.millis();
      const startedAt = performance.now();
      const row = await this.queries.read(digest);
      if (performance.now() - startedAt < PATIENCE_MS) this.reportOutage(undefined);
      if (!this.isOvertaken(began, digest, row)) return this.cache.set(digest, row, now);
    }
  }

  private isOvertaken(began: number, digest: string, row: SnapshotRow | undefined): boolean {
    const subjects = ['gap', `key ${digest}`, ...(row ? [`owner ${row.owner_id}`] : [])];
    return subjects.some((subject) => (this.changed.get(subject) ?? 0) > began);
  }

  private forget(change: Change): void {
    this.changes += 1;
    const subject = this.forgetCached(change);
    this.changed.delete(subject);
    if (this.fills.size > 0) this.changed.set(subject, this.changes);
  }

  private forgetCached(change: Change): string {
    switch (change.kind) {
      case 'key':
        this.cache.forgetKey(change.digest);
        return `key ${change.digest}`;
      case 'owner':
        this.cache.forgetOwner(change.ownerId);
        return `owner ${change.ownerId}`;
      case 'gap':
        this.cache.doubtAll();
        return 'gap';
    }
  }

  /** Once when it begins and once when it ends: an outage under load must not fill the log. */
  private reportOutage(error: Error | undefined): void {
    if (this.failing === Boolean(error)) return;
    this.failing = Boolean(error);
    if (error) this.logger.error(`keys can't be looked up; known ones keep working: ${error.message}`);
    else this.logger.log('keys can be looked up again');
  }
}

/** The rest of somebody's patience says nothing about the database. */
const isOutage = (error: unknown, patienceMs: number): boolean =>
  !(error instanceof Impatience) || patienceMs > PATIENCE_MS / 2;
