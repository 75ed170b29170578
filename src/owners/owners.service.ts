import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import { Changes } from '../changes/changes.js';
import type { Transaction } from '../changes/changes.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { Owner } from './owner.entity.js';

export type Rights = Pick<Owner, 'login' | 'name' | 'enabled' | 'roles' | 'groups' | 'attributes'>;

export type ConfirmedRights = Rights & { readonly id: string; readonly rightsReadAt: Date };

/** A condition on a query of Owner under the name `owner`, with the parameter `now`. */
type Following = (owners: SelectQueryBuilder<Owner>) => string;

/** As long as the predecessor's may be. */
const LONGEST_ID = 1000;

export interface OwnerFilter {
  /** The beginning of an id, login or name, upper or lower case. */
  readonly q?: string;
  /** An id: those behind it. */
  readonly after?: string;
  readonly limit: number;
}

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

  /** @throws DomainError not-found */
  async get(id: string): Promise<Owner> {
    const owner = isStorable(id, LONGEST_ID) ? await this.find(id) : null;
    if (owner) return owner;
    throw new DomainError('not-found', 'OWNER_NOT_FOUND', 'There is no person with this id.');
  }

  /** By id what these people are called; who was erased is called nothing. */
  async logins(ids: readonly string[]): Promise<Map<string, string | null>> {
    const found = await this.owners.find({ select: { id: true, login: true }, where: { id: In([...ids]) } });
    return new Map(found.map(({ id, login }) => [id, login]));
  }

  /** Of whoever has this id or, in any case, this login. */
  async idsOf(idOrLogin: string): Promise<string[]> {
    const found = this.owners.createQueryBuilder('owner').select('owner.id', 'id');
    found.where('owner.id = :idOrLogin OR lower(owner.login) = lower(:idOrLogin)', { idOrLogin });
    return (await found.getRawMany<{ id: string }>()).map(({ id }) => id);
  }

  /** In order of their ids. */
  page({ q, after, limit }: OwnerFilter): Promise<Owner[]> {
    const query = this.owners.createQueryBuilder('owner').orderBy('owner.id').limit(limit);
    if (after !== undefined) query.andWhere('owner.id > :after', { after });
    if (q !== undefined)
      query.andWhere('(owner.id ILIKE :begin OR owner.login ILIKE :begin OR owner.name ILIKE :begin)', {
        begin: `${q.replace(/[\\%_]/g, '\\$&')}%`,
      });
    return query.getMany();
  }

  async counts(): Promise<{ all: number; enabled: number }> {
    return { all: await this.owners.count(), enabled: await this.owners.countBy({ enabled: true }) };
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

  /**
   * Nothing is kept of somebody but his id and that he was here: his keys' rows, and what the trail says of them, need it.
   * Should he log in again, Keycloak says anew who he is.
   */
  async eraseIn(tx: Transaction, id: string, reason: string | null): Promise<void> {
    const nothing = { login: null, name: null, roles: [], groups: [], attributes: {}, enabled: false };
    const change = { ...nothing, rightsReadAt: this.clock.now() };
    const { affected } = await tx.manager.update(Owner, { id }, change);
    if (affected === 0) return;
    await tx.record({ action: 'owner.erased', ownerId: id, details: reason === null ? {} : { reason } });
    // After the line: whoever erases himself is not called anything there either.
    await tx.eraseLogins(id);
    await tx.announce({ kind: 'owner', ownerId: id });
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
