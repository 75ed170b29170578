import { Brackets } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import { IN_STATE } from '../api-keys/key-state.js';
import type { KeyState } from '../api-keys/key-state.js';

/** All of what is given must hold. */
export interface KeyFilter {
  readonly ownerIds?: readonly string[];
  /** Any of them. */
  readonly status?: readonly KeyState[];
  /** A part of name or description, in any case. */
  readonly q?: string;
  /** Chosen for the key by name. */
  readonly audience?: string;
  readonly createdSince?: Date;
  readonly expiresBefore?: Date;
  readonly neverExpires?: boolean;
  /** Not used since, and there already then. */
  readonly unusedSince?: Date;
  readonly usedSince?: Date;
}

type Query = SelectQueryBuilder<ApiKey>;

/** For each part of a filter what it asks of a query of ApiKey as `key` with UsageTotal as `used`. One left out doesn't compile. */
const CONDITIONS: {
  readonly [Name in keyof KeyFilter]-?: (query: Query, value: NonNullable<KeyFilter[Name]>) => void;
} = {
  // Of one alone an index has the order, too.
  ownerIds: (query, ownerIds) =>
    ownerIds.length === 1
      ? query.andWhere('key.ownerId = :ownerId', { ownerId: ownerIds[0] })
      : query.andWhere('key.ownerId = ANY(:ownerIds)', { ownerIds }),
  status: (query, states) =>
    query.andWhere(
      new Brackets((either) => {
        for (const state of states) either.orWhere(`(${IN_STATE[state]})`);
      }),
    ),
  q: (query, q) => query.andWhere(`${TEXT} ILIKE :pattern`, { pattern: `%${q.replace(/[\\%_]/g, '\\$&')}%` }),
  audience: (query, audience) =>
    query.andWhere("key.limits -> 'audiences' @> to_jsonb(:audience::text)", { audience }),
  createdSince: (query, createdSince) => query.andWhere('key.createdAt >= :createdSince', { createdSince }),
  expiresBefore: (query, expiresBefore) =>
    query.andWhere('NOT key.neverExpires AND key.expiresAt < :expiresBefore', { expiresBefore }),
  neverExpires: (query, neverExpires) => query.andWhere('key.neverExpires = :neverExpires', { neverExpires }),
  unusedSince: (query, unusedSince) =>
    query
      .andWhere('key.createdAt < :unusedSince', { unusedSince })
      .andWhere('(used.last_used_at IS NULL OR used.last_used_at < :unusedSince)'),
  usedSince: (query, usedSince) => query.andWhere('used.last_used_at >= :usedSince', { usedSince }),
};

/** As the index has it, where the database can index parts of texts. */
const TEXT = "(coalesce(key.name, '') || ' ' || key.description)";

export function applyFilter(query: Query, filter: KeyFilter, now: Date): Query {
  query.setParameter('now', now);
  for (const [name, value] of Object.entries(filter))
    if (value !== undefined) CONDITIONS[name as keyof KeyFilter](query, value as never);
  return query;
}
