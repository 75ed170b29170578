import type { EntityManager } from 'typeorm';
import type { AuditAction, AuditFact, Transaction } from '../changes/changes.js';
import { Owner } from '../owners/owner.entity.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { ApiKey } from './api-key.entity.js';
import { IN_STATE } from './key-state.js';

const LONGEST_ID = 100;

/** A key as it is asked for. */
export interface KeyRef {
  readonly id: string;
  /** Whose it has to be; undefined: anybody's. */
  readonly ownerId?: string;
  /** What the caller has seen of it last; undefined: he doesn't say. */
  readonly version?: number;
}

/** What `find` has to match; undefined: nothing can. */
export const conditionOf = ({ id, ownerId }: KeyRef): { id: string; ownerId?: string } | undefined =>
  isStorable(id, LONGEST_ID) ? { id, ...(ownerId !== undefined && { ownerId }) } : undefined;

/** The key, which nobody else changes until the transaction ends. @throws DomainError not-found, precondition-failed. */
export async function lockKey(manager: EntityManager, ref: KeyRef): Promise<ApiKey> {
  const where = conditionOf(ref);
  const key = where && (await manager.findOne(ApiKey, { where, lock: { mode: 'pessimistic_write' } }));
  if (!key) return notFound(ref);
  if (ref.version === undefined || ref.version === key.version) return key;
  throw new DomainError(
    'precondition-failed',
    'CHANGED_MEANWHILE',
    `The key has been changed since version ${ref.version}; it is version ${key.version} now. Read it again and repeat your change.`,
  );
}

/** The same whether there is none or it is another's. */
export function notFound({ ownerId }: KeyRef): never {
  const sentence = ownerId === undefined ? 'There is no key with this id.' : 'You have no key with this id.';
  throw new DomainError('not-found', 'KEY_NOT_FOUND', sentence);
}

export interface Deed {
  readonly action: AuditAction;
  /** Why, and what belongs to it. */
  readonly details?: object;
  readonly changed?: AuditFact['changed'];
}

/** Writes a change, with its line in the trail, and lets all who remember the key forget it. */
export async function writeChange(
  { manager, record, announce }: Transaction,
  key: ApiKey,
  change: Partial<ApiKey>,
  deed: Deed,
): Promise<ApiKey> {
  await manager.update(ApiKey, { id: key.id }, change as object);
  await record({ ...deed, ownerId: key.ownerId, keyId: key.id });
  await announce({ kind: 'key', digest: key.digest.toString('hex') });
  return manager.findOneByOrFail(ApiKey, { id: key.id });
}

/**
 * Keys that were replaced by others and go on for a while are not counted: to rotate is possible at the limit, too.
 * The owner's row is locked, so that parallel creates are counted one after the other. @throws DomainError conflict
 */
export async function refuseOneTooMany(
  manager: EntityManager,
  ownerId: string,
  now: Date,
  most: number,
): Promise<void> {
  await manager.findOneOrFail(Owner, { where: { id: ownerId }, lock: { mode: 'pessimistic_write' } });
  if (most === 0) return;
  const query = manager.createQueryBuilder(ApiKey, 'key').where('key.ownerId = :ownerId', { ownerId });
  query.andWhere(IN_STATE.live, { now }).andWhere('key.replacedBy IS NULL');
  const live = await query.getCount();
  if (live < most) return;
  throw new DomainError('conflict', 'TOO_MANY_KEYS', tooManyKeys(live));
}

export const tooManyKeys = (live: number): string =>
  `There are already ${live} live keys, the most that one person may have here. Revoke one first.`;
