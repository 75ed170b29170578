import { Injectable } from '@nestjs/common';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import { keyStateOf } from '../api-keys/key-state.js';
import { limitsOf } from '../api-keys/limits.js';
import { UnusedNotices } from '../api-keys/unused-notices.js';
import { isServiceAccount } from '../owners/current.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { Services } from '../services/services.js';
import { UsageService } from '../usage/usage.service.js';
import type { Totals } from '../usage/usage.service.js';
import type { KeyRecord, RightsSince } from './key.record.js';
import { shownOwner } from './owned-key.record.js';
import type { OwnedKeyRecord } from './owned-key.record.js';

const NEVER_USED: Totals = { accepted: 0, refused: 0, lastUsedAt: null };

/** The same record of a key in every answer. */
@Injectable()
export class KeyRecords {
  constructor(
    private readonly usage: UsageService,
    private readonly services: Services,
    private readonly notices: UnusedNotices,
    private readonly clock: Clock,
  ) {}

  async of(key: ApiKey, owner: Owner): Promise<KeyRecord> {
    const [record] = await this.ofAll([key], () => owner);
    return record!;
  }

  async ofAll(keys: readonly ApiKey[], ownerOf = (key: ApiKey): Owner => key.owner!): Promise<KeyRecord[]> {
    const ids = keys.map(({ id }) => id);
    const totals = await this.usage.totals(ids);
    const notices = await this.notices.of(ids);
    const now = this.clock.now();
    return keys.map((key) => {
      const usage = totals.get(key.id) ?? NEVER_USED;
      const unusedEnd = this.notices.endOf(key, usage.lastUsedAt, notices.get(key.id));
      return { ...this.record(key, ownerOf(key), usage, now), disablesUnusedAt: unusedEnd };
    });
  }

  /** For whoever sees the keys of all people. */
  async owned(
    keys: readonly ApiKey[],
    ownerOf = (key: ApiKey): Owner => key.owner!,
  ): Promise<OwnedKeyRecord[]> {
    const records = await this.ofAll(keys, ownerOf);
    return records.map((record, i) => ({ ...record, owner: shownOwner(ownerOf(keys[i]!)) }));
  }

  /** Of one that nobody has used yet. */
  ofNew(key: ApiKey, owner: Owner): KeyRecord {
    return this.record(key, owner, NEVER_USED, this.clock.now());
  }

  private record(key: ApiKey, owner: Owner, usage: Totals, now: Date): KeyRecord {
    const { digest: _, owner: __, ownerId: ___, before: ____, ...known } = key;
    const { rolesThen, expiresAt, enabledAt: _____, endSetAt: ______, limits: stored, ...shown } = known;
    const limits = limitsOf(stored);
    return {
      ...shown,
      ...limits,
      services: this.services.servicesOf(limits.audiences),
      state: keyStateOf(key, now),
      expiresAt: key.neverExpires ? null : expiresAt,
      rights: rightsSince(owner.roles, limits.roles ?? rolesThen, rolesThen),
      serviceAccount: isServiceAccount(owner),
      rightsReadAt: owner.rightsReadAt,
      disablesUnusedAt: null,
      usage,
    };
  }
}

/** @param held by the key, when it was made; null: that is not known of keys of older versions */
function rightsSince(
  now: readonly string[],
  held: readonly string[] | null,
  then: readonly string[] | null,
): RightsSince {
  return {
    lost: (held ?? []).filter((role) => !now.includes(role)),
    gained: then === null ? [] : now.filter((role) => !then.includes(role)),
  };
}
