import { Injectable } from '@nestjs/common';
import { Changes } from '../changes/changes.js';
import type { Actor, AuditFact, Transaction } from '../changes/changes.js';
import { Config } from '../config/config.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { ApiKey } from './api-key.entity.js';
import type { DisabledBy, RevokedBy } from './api-key.entity.js';
import { keyStateOf } from './key-state.js';
import { expiryOf } from './lifetime.js';
import type { Lifetime } from './lifetime.js';
import { limitsOf } from './limits.js';
import { lockKey, refuseOneTooMany, writeChange } from './locked-key.js';
import type { KeyRef } from './locked-key.js';

/** The states in which keys are: ended, brought back, switched off and on. */
@Injectable()
export class KeyChanges {
  constructor(
    private readonly config: Config,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Revoking twice changes nothing, save that an administrator's word takes the place of the owner's. @throws DomainError not-found, precondition-failed. */
  revoke(ref: KeyRef, by: Actor, reason: string | null = null): Promise<ApiKey> {
    return this.changes.make(async (tx) => {
      const key = await lockKey(tx.manager, ref);
      return isEndedFor(key, by) ? key : this.end(tx, key, endedBy(by), reason);
    }, by);
  }

  /** Every key of the owner; an administrator also ends for good what the owner could bring back. @returns how many weren't revoked yet */
  revokeAll(ownerId: string, by: Actor, reason: string | null = null): Promise<number> {
    return this.changes.make((tx) => this.revokeAllIn(tx, ownerId, by, reason), by);
  }

  /** The same as a part of a greater change. */
  async revokeAllIn(tx: Transaction, ownerId: string, by: Actor, reason: string | null): Promise<number> {
    const query = tx.manager.createQueryBuilder(ApiKey, 'key').setLock('pessimistic_write');
    query.where('key.ownerId = :ownerId', { ownerId }).orderBy('key.id');
    query.andWhere("(key.revokedAt IS NULL OR (:others AND key.revokedBy = 'owner'))", {
      others: !ownDeed(by),
    });
    const keys = await query.getMany();
    for (const key of keys) await this.end(tx, key, endedBy(by), reason);
    return keys.filter(({ revokedAt }) => revokedAt === null).length;
  }

  /** A new end; brings back what its owner revoked, nothing else. @throws DomainError not-found, conflict, invalid. */
  renew(owner: Owner, ref: KeyRef, lifetime: Lifetime, by: Actor): Promise<ApiKey> {
    return this.changes.make(async (tx) => {
      const key = await lockKey(tx.manager, { ...ref, ownerId: owner.id });
      refuseWhatOthersEnded(key);
      const now = this.clock.now();
      if (keyStateOf(key, now) !== 'live') await this.refuseOneTooMany(tx, owner.id, now);
      const end = expiryOf(lifetime, owner.roles, this.config.keys, now);
      const change = { ...end, revokedAt: null, revokedBy: null, revokeReason: null };
      const written = { ...change, endSetAt: now, ...exactly(end.expiresAt, lifetime.microseconds) };
      return writeChange(tx, key, written, {
        action: 'key.renewed',
        changed: changed(key, change),
      });
    }, by);
  }

  /** @throws DomainError not-found, conflict when the key isn't there to be switched, or it isn't the caller's to switch on. */
  enable(ref: KeyRef, by: Actor, reason: string | null = null): Promise<ApiKey> {
    return this.changes.make((tx) => this.enableIn(tx, ref, by, reason), by);
  }

  disable(ref: KeyRef, by: Actor, reason: string | null = null): Promise<ApiKey> {
    return this.changes.make((tx) => this.disableIn(tx, ref, by, reason), by);
  }

  /** The same as a part of a greater change. */
  async enableIn(tx: Transaction, ref: KeyRef, by: Actor, reason: string | null = null): Promise<ApiKey> {
    const key = await lockKey(tx.manager, ref);
    refuseRevoked(key);
    if (key.enabled) return key;
    if (key.disabledBy === 'admin' && ownDeed(by)) throw notYours();
    const now = this.clock.now();
    if (keyStateOf({ ...key, enabled: true }, now) === 'live')
      await this.refuseOneTooMany(tx, key.ownerId, now);
    const deed = { action: 'key.enabled', details: detailsOf(reason) } as const;
    return writeChange(tx, key, { enabled: true, disabledBy: null, enabledAt: now }, deed);
  }

  async disableIn(tx: Transaction, ref: KeyRef, by: Actor, reason: string | null = null): Promise<ApiKey> {
    const key = await lockKey(tx.manager, ref);
    refuseRevoked(key);
    const disabledBy = switchedOffBy(by);
    // An administrator's word takes the place of others', and never the other way round.
    if (!key.enabled && (disabledBy !== 'admin' || key.disabledBy === 'admin')) return key;
    const deed = { action: 'key.disabled', details: detailsOf(reason) } as const;
    return writeChange(tx, key, { enabled: false, disabledBy }, deed);
  }

  private end(tx: Transaction, key: ApiKey, revokedBy: RevokedBy, reason: string | null): Promise<ApiKey> {
    const change = {
      revokedAt: key.revokedAt ?? this.clock.now(),
      revokedBy,
      revokeReason: reason ?? key.revokeReason,
    };
    return writeChange(tx, key, change, { action: 'key.revoked', details: detailsOf(reason) });
  }

  private refuseOneTooMany(tx: Transaction, ownerId: string, now: Date): Promise<void> {
    return refuseOneTooMany(tx.manager, ownerId, now, this.config.keys.maxPerOwner);
  }
}

/** Whether it is the deed of the key's owner, who reaches no other keys. */
const ownDeed = ({ via }: Actor): boolean => via === 'session' || via === 'token';
const switchedOffBy = (by: Actor): DisabledBy =>
  ownDeed(by) ? 'owner' : by.via === 'program' ? 'unused' : 'admin';
const endedBy = (by: Actor): RevokedBy => (ownDeed(by) ? 'owner' : 'admin');

const detailsOf = (reason: string | null): object => (reason === null ? {} : { reason });
const isEndedFor = ({ revokedAt, revokedBy }: ApiKey, by: Actor): boolean =>
  revokedAt !== null && (ownDeed(by) || revokedBy !== 'owner');

/** An end to the microsecond, which a Date doesn't hold. */
const exactly = (end: Date, microseconds = 0): object =>
  microseconds === 0
    ? {}
    : {
        expiresAt: () =>
          `timestamptz '${end.toISOString()}' + interval '${Number(microseconds)} microseconds'`,
      };

/** For the trail: what each of these fields was and is, by its name in the API. */
export function changed(before: ApiKey, after: Partial<ApiKey>): NonNullable<AuditFact['changed']> {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const differing = Object.keys(is).filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  return Object.fromEntries(
    differing.map((name) => [name, { from: was[name] ?? null, to: is[name] ?? null }]),
  );
}

function fieldsOf({ limits, ...fields }: Partial<ApiKey>): Record<string, unknown> {
  return { ...fields, ...(limits && limitsOf(limits)) };
}

function refuseWhatOthersEnded(key: ApiKey): void {
  if (key.replacedBy !== null)
    throw new DomainError(
      'conflict',
      'REVOKED_FOR_GOOD',
      `This key was replaced by ${key.replacedBy}, so it cannot be renewed. Use that one.`,
    );
  if (key.revokedAt && key.revokedBy !== 'owner')
    throw new DomainError(
      'conflict',
      'REVOKED_FOR_GOOD',
      'This key was not revoked by its owner, so it cannot be renewed. Create a new one.',
    );
}

function refuseRevoked({ revokedAt, revokedBy }: ApiKey): void {
  if (!revokedAt) return;
  const remedy = revokedBy === 'owner' ? 'Renew it, or create a new one.' : 'Create a new one.';
  throw new DomainError('conflict', 'KEY_REVOKED', `The key is revoked. ${remedy}`);
}

const notYours = (): DomainError =>
  new DomainError(
    'conflict',
    'DISABLED_BY_ADMINISTRATOR',
    'An administrator has switched this key off; only an administrator can switch it on again.',
  );
