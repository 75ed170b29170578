import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { Transaction } from '../changes/changes.js';
import { Clock } from '../platform/clock.js';
import { Owner } from './owner.entity.js';

export type Rights = Pick<Owner, 'login' | 'name' | 'enabled' | 'roles' | 'groups' | 'attributes'>;

export type ConfirmedRights = Rights & { readonly id: string; readonly rightsReadAt: Date };

/** A condition on a query of Owner under the name `owner`, with the parameter `now`. */
type Following = (owners: SelectQueryBuilder<Owner>) => string;

@Injectable()
export class OwnersService {
  /** The last synchronisation could not confirm everybody. Old rights are refused only then: else they are just idle. */
  lastSyncFailed = false;
  private following: Following = () => 'FALSE';

  constructor(
    @InjectRepository(Owner) private readonly owners: Repository<Owner>,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Says whose rights are to be kept in step: whoever gives rights to something knows for whom. */
  follow(following: Following): void {
    this.following = following;
  }

  find(id: string): Promise<Owner | null> {
    return this.owners.findOneBy({ id });
  }

  /** Everybody whose rights are followed, or those of them who are named. */
  followed(ids?: readonly string[]): Promise<Owner[]> {
    const query = this.followedNow();
    return (ids ? query.andWhere('owner.id = ANY(:ids)', { ids }) : query).getMany();
  }

  countFollowed(): Promise<number> {
    return this.followedNow().getCount();
  }

  /** The oldest confirmation among them; null: there is nobody. */
  async oldestRights(): Promise<Date | null> {
    const oldest = this.followedNow().select('min(owner.rights_read_at)', 'at');
    return (await oldest.getRawOne<{ at: Date | null }>())!.at;
  }

  /** Keycloak was read at this instant and said the same of them as before. */
  async confirmUnchanged(ids: readonly string[], readAt: Date): Promise<void> {
    if (ids.length === 0) return;
    await this.owners
      .createQueryBuilder()
      .update({ rightsReadAt: readAt })
      .where('id = ANY(:ids) AND rights_read_at < :readAt', { ids, readAt })
      .execute();
  }

  /** Takes over what was read of a person, never older over newer; only a real change is audited and announced. */
  confirm(rights: ConfirmedRights): Promise<Owner> {
    return this.changes.make((tx) => this.write(tx, rights));
  }

  private async write({ manager, record, announce }: Transaction, rights: ConfirmedRights): Promise<Owner> {
    // Two first requests of one person arrive together: both must find a row to lock.
    const seen = { id: rights.id, createdAt: this.clock.now() };
    await manager.createQueryBuilder().insert().into(Owner).values(seen).orIgnore().execute();
    const lock = { mode: 'pessimistic_write' } as const;
    const known = await manager.findOneOrFail(Owner, { where: { id: rights.id }, lock });
    if (known.rightsReadAt && known.rightsReadAt > rights.rightsReadAt) return known;
    const owner = await manager.save(manager.create(Owner, { ...known, ...rights }));
    if (known.rightsReadAt !== null && sameRights(known, owner)) return owner;
    const { id, enabled, roles, groups } = owner;
    await record({ action: 'owner.rights-changed', ownerId: id, details: { enabled, roles, groups } });
    await announce({ kind: 'owner', ownerId: id });
    return owner;
  }

  private followedNow(): SelectQueryBuilder<Owner> {
    const query = this.owners.createQueryBuilder('owner');
    return query.where(this.following(query), { now: this.clock.now() });
  }
}

export const sameRights = (a: Rights, b: Rights): boolean => fingerprint(a) === fingerprint(b);

/** Keycloak lists roles and groups in no order. */
function fingerprint(owner: Rights): string {
  const { login, name, enabled, attributes } = owner;
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([login, name, enabled, [...owner.roles].sort(), [...owner.groups].sort(), sorted]);
}
