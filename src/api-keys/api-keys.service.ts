import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Config } from '../config/config.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { ApiKey } from './api-key.entity.js';
import { digestOf, mintKey, mintPublicId, mintUuid } from './key-material.js';
import { expiryOf } from './lifetime.js';
import type { Lifetime } from './lifetime.js';

export type NewKey = Lifetime &
  Pick<ApiKey, 'name'> &
  Partial<Pick<ApiKey, Restriction | 'config' | 'format'>>;
type Restriction =
  | 'roles'
  | 'audiences'
  | 'scopes'
  | 'allowedIps'
  | 'allowedReferers'
  | 'refererPolicy'
  | 'allowKeyInUrl'
  | 'rateLimit';

export interface KeyFilter {
  readonly limit: number;
  readonly after?: { readonly createdAt: Date; readonly id: string };
  readonly status?: keyof typeof STATUS;
  readonly q?: string;
}

const STATUS = {
  live: 'key.revokedAt IS NULL AND key.enabled AND (key.neverExpires OR key.expiresAt > :now)',
  disabled: 'key.revokedAt IS NULL AND NOT key.enabled',
  expired: 'key.revokedAt IS NULL AND NOT key.neverExpires AND key.expiresAt <= :now',
  revoked: 'key.revokedAt IS NOT NULL',
} as const;

/** The life of keys. Every change is one transaction with its audit line, and is announced before the answer. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly config: Config,
    private readonly source: DataSource,
    private readonly audit: AuditService,
    private readonly invalidation: Invalidation,
    private readonly clock: Clock,
  ) {}

  /** The record and the secret, which is never to be had again. @throws DomainError invalid, conflict. */
  async create(owner: Owner, wanted: NewKey): Promise<{ readonly secret: string; readonly key: ApiKey }> {
    const missing = wanted.roles?.filter((role) => !owner.roles.includes(role)) ?? [];
    if (missing.length) {
      throw new DomainError(
        'invalid',
        'ROLE_NOT_HELD',
        `You don't hold every role chosen for the key. You hold: ${owner.roles.join(', ')}.`,
      );
    }
    const now = this.clock.now();
    const { format = 'akm', ...restrictions } = wanted;
    const { secret, hint } = format === 'uuid' ? mintUuid() : mintKey(this.config.keys.prefix);
    const lifetime = expiryOf(wanted, owner.roles, this.config.keys, now);
    const key = await this.change(digestOf(secret), async (manager) => {
      await this.refuseOneTooMany(manager, owner.id, now);
      const fresh = {
        id: mintPublicId(),
        digest: digestOf(secret),
        ownerId: owner.id,
        hint,
        format,
        createdAt: now,
      };
      const { ttlHours: _, ...columns } = { ...restrictions, ...lifetime };
      const made = await manager.save(manager.create(ApiKey, { ...columns, ...fresh }));
      await this.audit.record(manager, {
        action: 'key.created',
        actorId: owner.id,
        ownerId: owner.id,
        keyId: made.id,
      });
      return made;
    });
    return { secret, key: await this.get(owner.id, key.id) };
  }

  /** @throws DomainError not-found, the same for another's key as for none. */
  async get(ownerId: string, id: string): Promise<ApiKey> {
    const key = await this.source.manager.findOneBy(ApiKey, { id, ownerId });
    return key ?? notFound();
  }

  /** The owner's key with this digest, or null. */
  findByDigest(ownerId: string, digest: Buffer): Promise<ApiKey | null> {
    return this.source.manager.findOneBy(ApiKey, { ownerId, digest });
  }

  /** Every key of the owner. */
  listAll(ownerId: string): Promise<ApiKey[]> {
    return this.source.manager.findBy(ApiKey, { ownerId });
  }

  /** Newest first, one more than asked for when there are more. */
  list(ownerId: string, { limit, after, status, q }: KeyFilter): Promise<ApiKey[]> {
    const query = this.source.manager
      .createQueryBuilder(ApiKey, 'key')
      .where('key.ownerId = :ownerId', { ownerId });
    if (after) query.andWhere('(key.createdAt, key.id) < (:createdAt, :id)', after);
    if (status) query.andWhere(STATUS[status], { now: this.clock.now() });
    if (q) query.andWhere('strpos(lower(key.name), lower(:q)) > 0', { q });
    return query
      .orderBy('key.createdAt', 'DESC')
      .addOrderBy('key.id', 'DESC')
      .limit(limit + 1)
      .getMany();
  }

  /** Revoking twice changes nothing. @throws DomainError not-found. */
  async revoke(ownerId: string, id: string): Promise<ApiKey> {
    const { digest } = await this.get(ownerId, id);
    return this.change(digest, async (manager) => {
      const key = await lockKey(manager, ownerId, id);
      if (key.revokedAt) return key;
      key.revokedAt = this.clock.now();
      key.revokedBy = 'owner';
      await this.audit.record(manager, { action: 'key.revoked', actorId: ownerId, ownerId, keyId: id });
      return manager.save(key);
    });
  }

  /** A new end; brings back what its owner revoked, nothing else. @throws DomainError not-found, conflict, invalid. */
  async renew(owner: Owner, id: string, lifetime: Lifetime): Promise<ApiKey> {
    const { digest } = await this.get(owner.id, id);
    return this.change(digest, async (manager) => {
      const key = await lockKey(manager, owner.id, id);
      if (key.revokedAt && key.revokedBy !== 'owner') {
        throw new DomainError(
          'conflict',
          'REVOKED_FOR_GOOD',
          'This key was not ended by its owner, so it stays ended. Create a new one.',
        );
      }
      const now = this.clock.now();
      if (!isLive(key, now)) await this.refuseOneTooMany(manager, owner.id, now);
      Object.assign(key, expiryOf(lifetime, owner.roles, this.config.keys, now), {
        revokedAt: null,
        revokedBy: null,
      });
      await this.audit.record(manager, {
        action: 'key.renewed',
        actorId: owner.id,
        ownerId: owner.id,
        keyId: id,
      });
      return manager.save(key);
    });
  }

  /** Commit, clear here, told to all others by the commit itself; only then the caller answers. */
  private async change<T>(digest: Buffer, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const change = { kind: 'key', digest: digest.toString('hex') } as const;
    const result = await this.source.transaction(async (manager) => {
      const done = await work(manager);
      await this.invalidation.announce(manager, change);
      return done;
    });
    this.invalidation.apply(change);
    return result;
  }

  /** The owner's row is locked, so that parallel creates are counted one after the other. */
  private async refuseOneTooMany(manager: EntityManager, ownerId: string, now: Date): Promise<void> {
    const { maxPerOwner } = this.config.keys;
    await manager.findOneOrFail(Owner, { where: { id: ownerId }, lock: { mode: 'pessimistic_write' } });
    if (maxPerOwner === 0) return;
    const live = await manager
      .createQueryBuilder(ApiKey, 'key')
      .where('key.ownerId = :ownerId AND key.revokedAt IS NULL', { ownerId })
      .andWhere('(key.neverExpires OR key.expiresAt > :now)', { now })
      .getCount();
    if (live >= maxPerOwner) {
      throw new DomainError(
        'conflict',
        'TOO_MANY_KEYS',
        `You have ${live} live keys, which is the limit. Revoke one first.`,
      );
    }
  }
}

async function lockKey(manager: EntityManager, ownerId: string, id: string): Promise<ApiKey> {
  const key = await manager.findOne(ApiKey, { where: { id, ownerId }, lock: { mode: 'pessimistic_write' } });
  return key ?? notFound();
}

const isLive = (key: ApiKey, now: Date): boolean =>
  !key.revokedAt && (key.neverExpires || key.expiresAt > now);

function notFound(): never {
  throw new DomainError('not-found', 'KEY_NOT_FOUND', 'You have no key with this id.');
}
