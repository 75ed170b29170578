import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { Actor, Transaction } from '../changes/changes.js';
import { Config } from '../config/config.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { Services } from '../services/services.js';
import { ApiKey } from './api-key.entity.js';
import { digestOf, mintKey, mintPublicId, mintUuid } from './key-material.js';
import { expiryOf } from './lifetime.js';
import type { Lifetime } from './lifetime.js';
import { limitsToStore } from './limits.js';
import type { WantedLimits } from './limits.js';
import { conditionOf, notFound, refuseOneTooMany } from './locked-key.js';
import type { Deed, KeyRef } from './locked-key.js';
import { refuseKeyInside } from './no-key-inside.js';

export type NewKey = Lifetime &
  WantedLimits &
  Pick<ApiKey, 'name'> &
  Partial<Pick<ApiKey, 'id' | 'description' | 'config' | 'format' | 'replaces'>>;

/** The secret is in this answer alone. */
export interface MadeKey {
  readonly secret: string;
  readonly key: ApiKey;
}

/** What a long list tells of a key; the digest in hexadecimal digits. */
export type ListedKey = Pick<
  ApiKey,
  'id' | 'name' | 'enabled' | 'revokedAt' | 'neverExpires' | 'expiresAt' | 'limits' | 'config'
> & {
  readonly digest: string;
  /** What its end has beyond its milliseconds, more than a Date holds. */
  readonly microseconds: number;
};
const LISTED = `
  SELECT id, encode(digest, 'hex') AS digest, name, enabled, revoked_at AS "revokedAt",
    never_expires AS "neverExpires", expires_at AS "expiresAt",
    mod(extract(microseconds FROM expires_at)::integer, 1000) AS microseconds, limits, config
  FROM api_keys WHERE owner_id = $1 AND id = ANY($2)`;

/** How keys are made and found. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly config: Config,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly changes: Changes,
    private readonly clock: Clock,
    private readonly services: Services,
  ) {}

  /** The record and the secret, which is never to be had again. @throws DomainError invalid, conflict. */
  create(owner: Owner, wanted: NewKey, by: Actor): Promise<MadeKey> {
    return this.changes.make((tx) => this.createIn(tx, owner, wanted), by);
  }

  /** The same as a part of a greater change. */
  async createIn(
    tx: Transaction,
    owner: Owner,
    wanted: NewKey,
    deed: Deed = { action: 'key.created' },
  ): Promise<MadeKey> {
    refuseForeignRoles(owner, wanted);
    refuseKeyInside(wanted, this.config.keys.prefixes);
    // A key goes on when a service leaves the catalogue, and so does the one in its place.
    if (!wanted.replaces) this.services.refuseUnknown(wanted.audiences);
    const now = this.clock.now();
    const { secret, row } = this.draft(owner, wanted, now);
    await refuseOneTooMany(tx.manager, owner.id, now, this.config.keys.maxPerOwner);
    await tx.manager.insert(ApiKey, row as object);
    await tx.record({ ...deed, ownerId: owner.id, keyId: row.id });
    await tx.announce({ kind: 'key', digest: row.digest.toString('hex') });
    return { secret, key: await tx.manager.findOneByOrFail(ApiKey, { id: row.id }) };
  }

  /** @throws DomainError not-found, the same for another's key as for none. */
  async get(ref: KeyRef): Promise<ApiKey> {
    const where = conditionOf(ref);
    return (where && (await this.keys.findOneBy(where))) ?? notFound(ref);
  }

  /** Those of the ids whose keys are the owner's, in the order given. */
  async ownIds(ids: readonly string[], ownerId: string): Promise<string[]> {
    const rows = await this.keys.find({ select: { id: true }, where: { id: In([...ids]), ownerId } });
    const own = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => own.has(id));
  }

  /** The owner's key with this digest, or null. */
  findByDigest(ownerId: string, digest: Buffer): Promise<ApiKey | null> {
    return this.keys.findOneBy({ ownerId, digest });
  }

  /** The same of anybody: for an operator who has a key in hand, and no id. */
  findAnyByDigest(digest: Buffer): Promise<ApiKey | null> {
    return this.keys.findOneBy({ digest });
  }

  /** Those of these ids that are the owner's, in any order. Plain rows: entities of thousands of keys take ten times as long. */
  listById(ownerId: string, ids: readonly string[]): Promise<ListedKey[]> {
    return this.keys.query<ListedKey[]>(LISTED, [ownerId, ids]);
  }

  private draft(owner: Owner, wanted: NewKey, now: Date) {
    const { id = mintPublicId(), name, description, config, replaces, format = 'akm' } = wanted;
    const { secret, hint } = format === 'uuid' ? mintUuid() : mintKey(this.config.keys.prefixes[0]!);
    const row = {
      ...{ id, name, description, config, replaces, format, hint },
      ...expiryOf(wanted, owner.roles, this.config.keys, now),
      limits: limitsToStore(wanted),
      rolesThen: owner.roles,
      digest: digestOf(secret),
      ownerId: owner.id,
      createdAt: now,
    };
    return { secret, row };
  }
}

export function refuseForeignRoles(owner: Owner, { roles }: WantedLimits): void {
  if (!roles || roles.every((role) => owner.roles.includes(role))) return;
  throw new DomainError(
    'invalid',
    'ROLE_NOT_HELD',
    `You don't hold every role chosen for the key. You hold: ${owner.roles.join(', ')}.`,
  );
}
