import { Injectable } from '@nestjs/common';
import { Changes } from '../changes/changes.js';
import type { Actor, Transaction } from '../changes/changes.js';
import { Config } from '../config/config.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { Services } from '../services/services.js';
import type { ApiKey } from './api-key.entity.js';
import { refuseForeignRoles } from './api-keys.service.js';
import { changed, KeyChanges } from './key-changes.js';
import { keyStateOf } from './key-state.js';
import { expiryOf } from './lifetime.js';
import type { Lifetime } from './lifetime.js';
import { limitsToStore, widerLimits } from './limits.js';
import type { StoredLimits, WantedLimits } from './limits.js';
import { lockKey, writeChange } from './locked-key.js';
import type { KeyRef } from './locked-key.js';
import { refuseKeyInside } from './no-key-inside.js';

/** Fields that aren't given stay as they are. */
export interface KeyEdit {
  readonly about?: Partial<Pick<ApiKey, 'name' | 'description' | 'config'>>;
  /** null takes a limit away. */
  readonly limits?: WantedLimits;
  readonly lifetime?: Lifetime;
  readonly enabled?: boolean;
}

/** Changes of what a key is, all of one request together or none. */
@Injectable()
export class KeyEditing {
  constructor(
    private readonly config: Config,
    private readonly changes: Changes,
    private readonly states: KeyChanges,
    private readonly services: Services,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError not-found, precondition-failed, invalid when it would be able to do more, conflict. */
  edit(owner: Owner, ref: KeyRef, edit: KeyEdit, by: Actor): Promise<ApiKey> {
    return this.changes.make(async (tx) => {
      refuseKeyInside(edit, this.config.keys.prefixes);
      this.services.refuseUnknown(edit.limits?.audiences);
      const key = await lockKey(tx.manager, { ...ref, ownerId: owner.id });
      const written = await this.write(tx, key, this.changeOf(owner, key, edit));
      return this.switch(tx, written, edit, by);
    }, by);
  }

  private async write(tx: Transaction, key: ApiKey, change: Partial<ApiKey>): Promise<ApiKey> {
    const what = changed(key, change);
    if (Object.keys(what).length === 0) return key;
    const movesEnd = 'expiresAt' in what || 'neverExpires' in what;
    const written = movesEnd ? { ...change, endSetAt: this.clock.now() } : change;
    return writeChange(tx, key, written, { action: 'key.changed', changed: what });
  }

  private switch(tx: Transaction, key: ApiKey, { enabled }: KeyEdit, by: Actor): Promise<ApiKey> | ApiKey {
    if (enabled === undefined) return key;
    return enabled
      ? this.states.enableIn(tx, { id: key.id }, by)
      : this.states.disableIn(tx, { id: key.id }, by);
  }

  private changeOf(owner: Owner, key: ApiKey, { about, limits, lifetime }: KeyEdit): Partial<ApiKey> {
    const change: Partial<ApiKey> = { ...about };
    if (limits) change.limits = narrowed(owner, key, limits);
    if (lifetime) Object.assign(change, this.endOf(owner, key, lifetime));
    return change;
  }

  private endOf(owner: Owner, key: ApiKey, lifetime: Lifetime) {
    const now = this.clock.now();
    if (key.replacedBy !== null)
      throw over(`The key ${key.replacedBy} has replaced this one. Change that one.`);
    if (!['live', 'disabled'].includes(keyStateOf(key, now)))
      throw over('The key has expired or is revoked. Renew it, or create a new one.');
    return expiryOf(lifetime, owner.roles, this.config.keys, now);
  }
}

/** @throws DomainError invalid */
function narrowed(owner: Owner, key: ApiKey, wanted: WantedLimits): StoredLimits {
  const limits = limitsToStore({ ...key.limits, ...wanted });
  const wider = widerLimits(key.limits, limits).filter((name) => name in wanted);
  if (wider.length > 0) {
    throw new DomainError(
      'invalid',
      'WIDER_THAN_BEFORE',
      `${wider.join(', ')} can only be narrowed. To allow more, make a new key or rotate this one.`,
    );
  }
  if (wanted.roles) refuseForeignRoles(owner, wanted);
  return limits;
}

const over = (sentence: string): DomainError => new DomainError('conflict', 'KEY_OVER', sentence);
