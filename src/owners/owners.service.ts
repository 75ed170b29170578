import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import { Clock } from '../platform/clock.js';
import { Owner } from './owner.entity.js';

export type Rights = Pick<Owner, 'login' | 'name' | 'enabled' | 'roles' | 'groups' | 'attributes'>;

export type ConfirmedRights = Rights & { readonly id: string; readonly rightsReadAt: Date };

const LIVE = `EXISTS (SELECT 1 FROM api_keys k WHERE k.owner_id = owner.id
  AND k.revoked_at IS NULL AND (k.never_expires OR k.expires_at > :now))`;

@Injectable()
export class OwnersService {
  /** The last synchronisation could not confirm everybody. Old rights are refused only then: else they are just idle. */
  lastSyncFailed = false;

  constructor(
    private readonly source: DataSource,
    private readonly audit: AuditService,
    private readonly invalidation: Invalidation,
    private readonly clock: Clock,
  ) {}

  find(id: string): Promise<Owner | null> {
    return this.source.manager.findOneBy(Owner, { id });
  }

  /** Everybody whose rights a key may carry now. */
  ofLiveKeys(): Promise<Owner[]> {
    return this.live().getMany();
  }

  /** The oldest confirmation among them; null: there is nobody. */
  async oldestRights(): Promise<Date | null> {
    const oldest = this.live().select('min(owner.rights_read_at)', 'at');
    return (await oldest.getRawOne<{ at: Date | null }>())!.at;
  }

  /** Keycloak was read at this instant and said the same of them as before. */
  async confirmUnchanged(ids: readonly string[], readAt: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.source.query(
      'UPDATE owners SET rights_read_at = $2 WHERE id = ANY($1) AND rights_read_at < $2',
      [ids, readAt],
    );
  }

  /** Takes over what was read of a person, never older over newer; only a real change is audited and announced. */
  async confirm(rights: ConfirmedRights): Promise<Owner> {
    const { owner, changed } = await this.source.transaction((manager) => this.write(manager, rights));
    if (changed) this.invalidation.apply({ kind: 'owner', ownerId: rights.id });
    return owner;
  }

  private async write(
    manager: EntityManager,
    rights: ConfirmedRights,
  ): Promise<{ owner: Owner; changed: boolean }> {
    // Two first requests of one person arrive together: both must find a row to lock.
    const seen = { id: rights.id, createdAt: this.clock.now() };
    await manager.createQueryBuilder().insert().into(Owner).values(seen).orIgnore().execute();
    const known = await manager.findOneOrFail(Owner, {
      where: { id: rights.id },
      lock: { mode: 'pessimistic_write' },
    });
    if (known.rightsReadAt && known.rightsReadAt > rights.rightsReadAt)
      return { owner: known, changed: false };
    const owner = await manager.save(manager.create(Owner, { ...known, ...rights }));
    const changed = known.rightsReadAt === null || !sameRights(known, owner);
    if (changed) {
      await this.audit.record(manager, {
        action: 'owner.rights-changed',
        ownerId: owner.id,
        details: { enabled: owner.enabled, roles: owner.roles, groups: owner.groups },
      });
      await this.invalidation.announce(manager, { kind: 'owner', ownerId: owner.id });
    }
    return { owner, changed };
  }

  private live() {
    return this.source.manager.createQueryBuilder(Owner, 'owner').where(LIVE, { now: this.clock.now() });
  }
}

export const sameRights = (a: Rights, b: Rights): boolean => fingerprint(a) === fingerprint(b);

/** Keycloak lists roles and groups in no order. */
function fingerprint(owner: Rights): string {
  const { login, name, enabled, attributes } = owner;
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([login, name, enabled, [...owner.roles].sort(), [...owner.groups].sort(), sorted]);
}
