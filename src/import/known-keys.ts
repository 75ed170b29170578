import type { AuditFact } from '../changes/changes.js';
import type { Run } from './batches.js';
import type { ConvertedKey } from './convert-row.js';
import { describeConflict, describeStep, followSource } from './follow-source.js';
import type { Following, KnownKey, Life } from './follow-source.js';
import type { ListedKey } from './plan-import.js';
import * as sql from './statements.js';

/** What became of the keys that were there already. */
export interface KnownKeysReport {
  /** Changed here as they were in the old program. */
  readonly followed: readonly ListedKey[];
  /** Changed on both sides, or otherwise in an older copy; they stay as they are here. */
  readonly conflicts: readonly ListedKey[];
  /** Keys that the source has counted fewer uses of than before: above 0 it is an older copy, of which nothing is followed. */
  readonly keysBehind: number;
  readonly usesAdded: number;
  readonly facts: readonly AuditFact[];
}

interface KnownRow {
  digest: string;
  id: string;
  owner_id: string;
  expires_at: string;
  never_expires: boolean;
  revoked: boolean;
  as_imported: boolean;
  is_seen: boolean;
  seen_expires_at: string | null;
  seen_never_expires: boolean | null;
  seen_revoked: boolean | null;
  /** As text, like every bigint. */
  seen_queries: string | null;
  /** Seen in the source, or counted here. */
  queries: string;
  last_used_at: string | null;
}

interface Pair {
  readonly row: KnownRow;
  readonly ours: KnownKey;
  readonly key: ConvertedKey;
  readonly source: Life;
}

/** Takes over what the old program did since to the keys that we have; to be called before new ones are there. */
export async function followKnownKeys(run: Run, keys: readonly ConvertedKey[]): Promise<KnownKeysReport> {
  const digests = keys.map(({ digest }) => ({ digest: digest.toString('hex') }));
  const known = new Map((await run<KnownRow>(sql.SELECT_KNOWN, digests)).map((row) => [row.digest, row]));
  // In the order of the source, which the database need not keep.
  const pairs = keys.flatMap((key) => {
    const row = known.get(key.digest.toString('hex'));
    return row ? [pairOf(row, key)] : [];
  });
  const keysBehind = pairs.filter(isBehind).length;
  const decided = (what: Following): Pair[] =>
    pairs.filter(({ ours, source }) => followSource(ours, source, keysBehind > 0) === what);
  const [followed, conflicts] = [decided('follow'), decided('conflict')];
  await run(
    sql.FOLLOW_KEYS,
    followed.map(({ row, source }) => ({ id: row.id, ...asColumns(source) })),
  );
  const usesAdded = await addUses(run, pairs);
  await run(sql.REMEMBER_KEYS, remembered(pairs, new Set(followed)));
  return {
    followed: followed.map(({ key, ours, source }) => ({
      row: key.label,
      reason: describeStep(ours, source),
    })),
    conflicts: conflicts.map(({ key, ours, source }) => ({
      row: key.label,
      reason: describeConflict(ours, source),
    })),
    keysBehind,
    usesAdded,
    facts: followed.map(factOf),
  };
}

function pairOf(row: KnownRow, key: ConvertedKey): Pair {
  const seen = row.is_seen
    ? {
        expiresAt: row.seen_expires_at!,
        neverExpires: row.seen_never_expires!,
        revoked: row.seen_revoked!,
      }
    : null;
  const life = { expiresAt: row.expires_at, neverExpires: row.never_expires, revoked: row.revoked };
  // A guess at an end that the source doesn't have is not the same in each import.
  const expiresAt = key.endIsKnown ? key.expiresAt : (seen ?? life).expiresAt;
  return {
    row,
    key,
    ours: { ...life, seen, asImported: row.as_imported },
    source: { expiresAt, neverExpires: key.neverExpires, revoked: key.revoked },
  };
}

const asColumns = ({ expiresAt, neverExpires, revoked }: Life) => ({
  expires_at: expiresAt,
  never_expires: neverExpires,
  revoked,
});

/** The old program only ever counts up. */
const isBehind = ({ row, key }: Pair): boolean => key.queries < Number(row.seen_queries ?? 0);
const moreUses = ({ row, key }: Pair): number => Math.max(0, key.queries - Number(row.queries));

/** Both programs count on, so what the old one has counted since comes on top. Gives the number of keys that were used. */
async function addUses(run: Run, pairs: readonly Pair[]): Promise<number> {
  const isLater = ({ row, key }: Pair): boolean => (key.lastUsedAt ?? '') > (row.last_used_at ?? '');
  const used = pairs.filter((pair) => moreUses(pair) > 0 || isLater(pair));
  await run(
    sql.ADD_USAGE,
    used.map((pair) => ({
      id: pair.row.id,
      queries: moreUses(pair),
      last_used_at: pair.key.lastUsedAt,
    })),
  );
  return used.length;
}

/** What was done here is never taken for what the source had: such a key stays ours. */
const remembered = (pairs: readonly Pair[], followed: ReadonlySet<Pair>): object[] =>
  pairs
    .filter((pair) => pair.ours.seen && (followed.has(pair) || moreUses(pair) > 0))
    .map((pair) => ({
      id: pair.row.id,
      ...asColumns(followed.has(pair) ? pair.source : pair.ours.seen!),
      queries: Math.max(pair.key.queries, Number(pair.row.queries)),
    }));

function factOf({ row, ours, source }: Pair): AuditFact {
  const isRevocation = source.revoked && !ours.revoked;
  return {
    action: isRevocation ? 'key.revoked' : 'key.renewed',
    ownerId: row.owner_id,
    keyId: row.id,
    details: isRevocation ? { revokedInSource: true } : { renewedInSource: true },
  };
}
