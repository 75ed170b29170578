import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { AuditAction, Transaction } from '../changes/changes.js';
import { Config } from '../config/config.js';
import { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { ApiKey } from './api-key.entity.js';
import { digestOf, mintKey, mintPublicId, mintUuid } from './key-material.js';
import { IN_STATE, keyStateOf } from './key-state.js';
import type { KeyState } from './key-state.js';
import { expiryOf } from './lifetime.js';
import type { Lifetime } from './lifetime.js';
import { limitsToStore } from './limits.js';
import type { StoredLimits } from './limits.js';

const LONGEST_ID = 100;

export type NewKey = Lifetime &
  StoredLimits &
  Pick<ApiKey, 'name'> &
  Partial<Pick<ApiKey, 'description' | 'config' | 'format'>>;

export interface KeyFilter {
  readonly limit: number;
  readonly after?: { readonly createdAt: Date; readonly id: string };
  readonly status?: KeyState;
  readonly q?: string;
}

/** The life of keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly config: Config,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** The record and the secret, which is never to be had again. @throws DomainError invalid, conflict. */
  async create(owner: Owner, wanted: NewKey): Promise<{ readonly secret: string; readonly key: ApiKey }> {
    refuseForeignRoles(owner, wanted);
    const now = this.clock.now();
    const { name, description, config, format = 'akm' } = wanted;
    const { secret, hint } = format === 'uuid' ? mintUuid() : mintKey(this.config.keys.prefixes[0]!);
    const id = mintPublicId();
    const fresh = {
      ...{ id, name, description, config, format, hint },
      ...expiryOf(wanted, owner.roles, this.config.keys, now),
      limits: limitsToStore(wanted),
      digest: digestOf(secret),
      ownerId: owner.id,
      createdAt: now,
    };
    await this.changes.make(async (tx) => {
      await this.refuseOneTooMany(tx.manager, owner.id, now);
      await tx.manager.insert(ApiKey, fresh as object);
      await record(tx, 'key.created', fresh);
    });
    return { secret, key: await this.get(owner.id, id) };
  }

  /** @throws DomainError not-found, the same for another's key as for none. */
  async get(ownerId: string, id: string): Promise<ApiKey> {
    if (!isStorable(id, LONGEST_ID)) return notFound();
    return (await this.keys.findOneBy({ id, ownerId })) ?? notFound();
  }

  /** The owner's key with this digest, or null. */
  findByDigest(ownerId: string, digest: Buffer): Promise<ApiKey | null> {
    return this.keys.findOneBy({ ownerId, digest });
  }

  /** Every key of the owner. */
  listAll(ownerId: string): Promise<ApiKey[]> {
    return this.keys.findBy({ ownerId });
  }

  /** Newest first, one more than asked for when there are more. */
  list(ownerId: string, { limit, after, status, q }: KeyFilter): Promise<ApiKey[]> {
    const query = this.keys.createQueryBuilder('key').where('key.ownerId = :ownerId', { ownerId });
    if (after) query.andWhere('(key.createdAt, key.id) < (:createdAt, :id)', after);
    if (status) query.andWhere(IN_STATE[status], { now: this.clock.now() });
    if (q) query.andWhere('strpos(lower(key.name), lower(:q)) > 0', { q });
    return query
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  /** Revoking twice changes nothing. @throws DomainError not-found. */
  async revoke(ownerId: string, id: string): Promise<ApiKey> {
    return this.changes.make(async (tx) => {
      const key = await lockKey(tx.manager, ownerId, id);
      if (key.revokedAt) return key;
      key.revokedAt = this.clock.now();
      key.revokedBy = 'owner';
      await record(tx, 'key.revoked', key);
      return tx.manager.save(key);
    });
  }

  /** A new end; brings back what its owner revoked, nothing else. @throws DomainError not-found, conflict, invalid. */
  async renew(owner: Owner, id: string, lifetime: Lifetime): Promise<ApiKey> {
    return this.changes.make(async (tx) => {
      const key = await lockKey(tx.manager, owner.id, id);
      if (key.revokedAt && key.revokedBy !== 'owner') {
        throw new DomainError(
          'conflict',
          'REVOKED_FOR_GOOD',
          'This key was not ended by its owner, so it stays ended. Create a new one.',
        );
      }
      const now = this.clock.now();
      if (keyStateOf(key, now) !== 'live') await this.refuseOneTooMany(tx.manager, owner.id, now);
      Object.assign(key, expiryOf(lifetime, owner.roles, this.config.keys, now), {
        revokedAt: null,
        revokedBy: null,
      });
      await record(tx, 'key.renewed', key);
      return tx.manager.save(key);
    });
  }

  /** The owner's row is locked, so that parallel creates are counted one after the other. */
  private async refuseOneTooMany(manager: EntityManager, ownerId: string, now: Date): Promise<void> {
    const { maxPerOwner } = this.config.keys;
    await manager.findOneOrFail(Owner, { where: { id: ownerId }, lock: { mode: 'pessimistic_write' } });
    if (maxPerOwner === 0) return;
    const query = manager.createQueryBuilder(ApiKey, 'key').where('key.ownerId = :ownerId', { ownerId });
    const live = await query.andWhere(IN_STATE.live, { now }).getCount();
    if (live >= maxPerOwner) {
      throw new DomainError(
        'conflict',
        'TOO_MANY_KEYS',
        `You have ${live} live keys, which is the limit. Revoke one first.`,
      );
    }
  }
}

/** What its owner did to a key: for the trail, and for all who remember the key. */
async function record(
  { record, announce }: Transaction,
  action: AuditAction,
  { id, ownerId, digest }: Pick<ApiKey, 'id' | 'ownerId' | 'digest'>,
): Promise<void> {
  await record({ action, actorId: ownerId, ownerId, keyId: id });
  await announce({ kind: 'key', digest: digest.toString('hex') });
}

async function lockKey(manager: EntityManager, ownerId: string, id: string): Promise<ApiKey> {
  if (!isStorable(id, LONGEST_ID)) return notFound();
  const key = await manager.findOne(ApiKey, { where: { id, ownerId }, lock: { mode: 'pessimistic_write' } });
  return key ?? notFound();
}

function refuseForeignRoles(owner: Owner, { roles }: StoredLimits): void {
  if (!roles || roles.every((role) => owner.roles.includes(role))) return;
  throw new DomainError(
    'invalid',
    'ROLE_NOT_HELD',
    `You don't hold every role chosen for the key. You hold: ${owner.roles.join(', ')}.`,
  );
}

function notFound(): never {
  throw new DomainError('not-found', 'KEY_NOT_FOUND', 'You have no key with this id.');
}
