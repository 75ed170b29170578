import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Config } from '../config/config.js';
import { Changes } from '../changes/changes.js';
import type { Transaction } from '../changes/changes.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';
import type { MadeKey, NewKey } from './api-keys.service.js';
import { keyStateOf } from './key-state.js';
import { mintPublicId } from './key-material.js';
import { sameLifetime } from './lifetime.js';
import type { Lifetime } from './lifetime.js';
import { limitsOf } from './limits.js';
import { lockKey, writeChange } from './locked-key.js';
import type { KeyRef } from './locked-key.js';

const HOUR_MS = 3_600_000;

export interface Rotation extends Lifetime {
  /** How long the old key goes on; 0: it ends at once. */
  readonly overlapHours: number;
}

/** A key in place of another, without a time in which neither is good. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly config: Config,
    private readonly making: ApiKeysService,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * The new key has the old one's limits, and none of its rights that the owner has lost. It lives as long as the old one
   * was meant to, unless something else is wanted. @throws DomainError not-found, precondition-failed, conflict, invalid
   */
  async rotate(tx: Transaction, owner: Owner, ref: KeyRef, rotation: Rotation): Promise<MadeKey> {
    const old = await lockKey(tx.manager, { ...ref, ownerId: owner.id });
    const now = this.clock.now();
    await this.refuseUnless(tx, old, now);
    const wanted = { ...this.successor(owner, old, rotation), id: mintPublicId() };
    const { overlapHours } = rotation;
    // First, so that it isn't counted beside the new one.
    await writeChange(tx, old, ending(old, wanted.id, now, overlapHours), {
      action: 'key.replaced',
      details: { replacedBy: wanted.id, overlapHours },
    });
    return this.making.createIn(tx, owner, wanted, { action: 'key.created', details: { replaces: old.id } });
  }

  /**
   * Keeps of keys that were replaced and are over when they were first used after that.
   * @param refused by key id, in milliseconds since 1970; also of keys that this says nothing of
   */
  async noteLateUses(refused: ReadonlyMap<string, number>): Promise<void> {
    const late = await this.lateUses([...refused.keys()]);
    for (const { id, endedAt } of late) {
      const usedAfterEndAt = new Date(Math.max(refused.get(id)!, endedAt.getTime()));
      await this.changes.make(async (tx) => {
        const key = await lockKey(tx.manager, { id });
        if (key.usedAfterEndAt === null)
          await writeChange(tx, key, { usedAfterEndAt }, { action: 'key.used-after-end' });
      });
    }
  }

  private async lateUses(ids: readonly string[]): Promise<{ id: string; endedAt: Date }[]> {
    const query = this.keys.createQueryBuilder('key').where('key.id = ANY(:ids)', { ids });
    query.andWhere('key.replacedBy IS NOT NULL AND key.usedAfterEndAt IS NULL');
    const keys = await query.getMany();
    return keys.map(({ id, revokedAt, expiresAt }) => ({ id, endedAt: revokedAt ?? expiresAt }));
  }

  private successor(owner: Owner, old: ApiKey, { overlapHours: _, ...lifetime }: Rotation): NewKey {
    const limits = limitsOf(old.limits);
    const roles = limits.roles?.filter((role) => owner.roles.includes(role)) ?? null;
    if (roles?.length === 0)
      throw conflict(
        'ROLE_NOT_HELD',
        'You no longer hold any of the roles of this key: a new one could do nothing.',
      );
    const asked = Object.values(lifetime).some((value) => value !== undefined);
    return {
      ...limits,
      ...(asked ? lifetime : sameLifetime(old, owner.roles, this.config.keys)),
      ...{ roles, name: old.name, description: old.description, config: old.config, replaces: old.id },
      format: old.format === 'uuid' ? 'uuid' : 'akm',
    };
  }

  private async refuseUnless({ manager }: Transaction, old: ApiKey, now: Date): Promise<void> {
    if (old.replacedBy !== null)
      throw conflict('ALREADY_ROTATED', `The key was replaced by ${old.replacedBy}.`);
    const state = keyStateOf(old, now);
    if (state !== 'live')
      throw conflict('KEY_NOT_LIVE', `The key is ${state}; only a live key can be rotated.`);
    const before = old.replaces === null ? null : await manager.findOneBy(ApiKey, { id: old.replaces });
    if (before && keyStateOf(before, now) === 'live')
      throw conflict(
        'STILL_ROTATING',
        `The key that this one replaces, ${before.id}, is not revoked or expired yet. Revoke it first.`,
      );
  }
}

/** A key that would end earlier anyway does. */
function ending(old: ApiKey, replacedBy: string, now: Date, overlapHours: number): Partial<ApiKey> {
  if (overlapHours === 0) return { replacedBy, revokedAt: now, revokedBy: 'rotation' };
  const end = new Date(now.getTime() + overlapHours * HOUR_MS);
  const isLater = !old.neverExpires && old.expiresAt <= end;
  return { replacedBy, ...(isLater ? {} : { expiresAt: end, neverExpires: false }) };
}

const conflict = (code: string, sentence: string): DomainError => new DomainError('conflict', code, sentence);
