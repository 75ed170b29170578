import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import { keyOf, ownerOf } from './snapshot.js';
import type { KeySnapshot, OwnerSnapshot, SnapshotRow } from './snapshot.js';

const MOST_KEYS = 100_000;
const MOST_KEY_BYTES = 64 * 2 ** 20;
const MOST_OWNER_BYTES = 48 * 2 ** 20;
/** Texts that are no key: apart from the keys and few, so that whoever tries a million of them pushes out none. */
const MOST_UNKNOWN = 10_000;
/** What they take with nothing in them that varies. */
const KEY_BYTES = 450;
const OWNER_BYTES = 250;

/** Shared by all cached keys of a person, so that a change of one costs no walk through all of them. */
interface CachedOwner {
  readonly snapshot: OwnerSnapshot;
  /** Not once it was changed, nor once it was forgotten to make room: a change would not be heard any more. */
  isCurrent: boolean;
}

/** As it was read; `snapshot` null: there is no such key. */
export interface CachedKey<L> {
  readonly snapshot: KeySnapshot<L> | null;
  /** Milliseconds since 1970. */
  readonly readAt: number;
  /** It is being read anew. */
  refreshing: boolean;
}

interface Entry<L> extends CachedKey<L> {
  readonly snapshot: KeySnapshot<L>;
  readonly owner: CachedOwner;
  /** The gap in the news after which it was read. */
  readonly epoch: number;
  /** About how much it takes. */
  readonly bytes: number;
}

/** Keys by digest, as they were read, in bounded memory; the least recently used go first. */
export class KeyCache<L> {
  /** Keys that were forgotten to make room for others. */
  evicted = 0;
  private readonly keys = new LRUCache<string, Entry<L>>({
    max: MOST_KEYS,
    maxSize: MOST_KEY_BYTES,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (_entry, _digest, reason) => {
      if (reason === 'evict') this.evicted += 1;
    },
  });
  private readonly owners = new LRUCache<string, CachedOwner>({
    max: MOST_KEYS,
    maxSize: MOST_OWNER_BYTES,
    sizeCalculation: ({ snapshot }) => OWNER_BYTES + bytesOf(rightsOf(snapshot)),
    dispose: (owner) => {
      owner.isCurrent = false;
    },
  });
  private readonly unknown = new LRUCache<string, CachedKey<L>>({ max: MOST_UNKNOWN });
  private epoch = 0;

  /** @param parse makes a key's limits of what is stored of them */
  constructor(private readonly parse: (stored: object) => L) {}

  get size(): number {
    return this.keys.size;
  }

  /** What was read last, unless a change of it may have been missed since. */
  get(digest: string): CachedKey<L> | undefined {
    const entry = this.keys.get(digest);
    if (!entry) return this.unknown.get(digest);
    return entry.epoch === this.epoch && entry.owner.isCurrent ? entry : undefined;
  }

  /** The same when nothing newer is to be had: a change may have been missed, but none was heard of. */
  getDoubtful(digest: string): CachedKey<L> | undefined {
    const entry = this.keys.get(digest);
    return entry?.owner.isCurrent ? entry : undefined;
  }

  /** @param row undefined: there is no such key */
  set(digest: string, row: SnapshotRow | undefined, readAt: number): KeySnapshot<L> | null {
    if (!row) {
      this.keys.delete(digest);
      this.unknown.set(digest, { snapshot: null, readAt, refreshing: false });
      return null;
    }
    const owner = this.share(ownerOf(row));
    const snapshot = keyOf(row, digest, this.parse(row.limits), owner.snapshot);
    const bytes = KEY_BYTES + bytesOf([row.name, row.limits, row.config]);
    this.keys.set(digest, { snapshot, owner, readAt, epoch: this.epoch, bytes, refreshing: false });
    return snapshot;
  }

  forgetKey(digest: string): void {
    this.keys.delete(digest);
    this.unknown.delete(digest);
  }

  forgetOwner(id: string): void {
    this.owners.delete(id);
  }

  /** Changes may have been missed: everything is kept for an outage of the database, and read anew at its next use. */
  doubtAll(): void {
    this.epoch += 1;
    this.unknown.clear();
  }

  private share(read: OwnerSnapshot): CachedOwner {
    const known = this.owners.get(read.id);
    if (known && sameRights(known.snapshot, read)) {
      const { rightsReadAt } = known.snapshot;
      known.snapshot.rightsReadAt = Math.max(rightsReadAt ?? 0, read.rightsReadAt ?? 0) || null;
      return known;
    }
    this.forgetOwner(read.id);
    const owner: CachedOwner = { snapshot: read, isCurrent: true };
    this.owners.set(read.id, owner);
    return owner;
  }
}

function sameRights(a: OwnerSnapshot, b: OwnerSnapshot): boolean {
  return isDeepStrictEqual({ ...a, rightsReadAt: null }, { ...b, rightsReadAt: null });
}

/** What varies in size from owner to owner. */
const rightsOf = ({ login, roles, groups, attributes }: OwnerSnapshot) => [login, roles, groups, attributes];

/** About; what was parsed takes more room than its text. */
const bytesOf = (value: unknown): number => 2 * JSON.stringify(value).length;
