import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import { ApiKey } from '../api-keys/api-key.entity.js';
import { IN_STATE, KEY_STATES } from '../api-keys/key-state.js';
import type { KeyState } from '../api-keys/key-state.js';
import { Clock } from '../platform/clock.js';
import { UsageTotal } from '../usage/usage.entity.js';
import type { KeyCountsRecord } from './key.record.js';
import { applyFilter } from './key-filter.js';
import type { KeyFilter } from './key-filter.js';
import { orderingOf, readCursor, writeCursor } from './orders.js';
import type { Ordering, Place, Sort } from './orders.js';

const MOST_IN_BATCH = 1000;
const SOON_MS = 14 * 86_400_000;

export interface KeyPage {
  /** With their owners. */
  readonly keys: readonly ApiKey[];
  /** null: this was the last page. */
  readonly nextCursor: string | null;
}

export interface KeyOverview {
  readonly counts: KeyCountsRecord;
  /** Live ones that end within 14 days. */
  readonly endingSoon: number;
  readonly matching: number;
}

interface Row {
  readonly key: ApiKey;
  readonly place: Place;
}

/** Lists of keys, of one person or of all: filtered, sorted, page by page. */
@Injectable()
export class KeyList {
  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError invalid, for a cursor that is none */
  async page(filter: KeyFilter, sort: Sort, limit: number, cursor?: string): Promise<KeyPage> {
    const ordering = orderingOf(sort);
    const after = cursor === undefined ? undefined : readCursor(cursor, ordering);
    const rows = await this.rows(filter, ordering, limit + 1, after);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      keys: page.map(({ key }) => key),
      nextCursor: rows.length > limit && last ? writeCursor(sort, last.place) : null,
    };
  }

  /** All of them, in batches: the memory that it takes doesn't grow with their number. */
  async *all(filter: KeyFilter, sort: Sort): AsyncIterable<readonly ApiKey[]> {
    const ordering = orderingOf(sort);
    let after: Place | undefined;
    do {
      const rows = await this.rows(filter, ordering, MOST_IN_BATCH, after);
      if (rows.length > 0) yield rows.map(({ key }) => key);
      after = rows.length === MOST_IN_BATCH ? rows.at(-1)!.place : undefined;
    } while (after);
  }

  /** By id what these keys are called. */
  async names(ids: readonly string[]): Promise<Map<string, string | null>> {
    const found = await this.keys.find({ select: { id: true, name: true }, where: { id: In([...ids]) } });
    return new Map(found.map(({ id, name }) => [id, name]));
  }

  /** How many are in each state. */
  async counts(filter: KeyFilter): Promise<KeyCountsRecord> {
    const query = this.keys.createQueryBuilder('key').select([]);
    for (const state of KEY_STATES) query.addSelect(`count(*) FILTER (WHERE ${IN_STATE[state]})`, state);
    const counts = await applyFilter(query, filter, this.clock.now()).getRawOne<Record<KeyState, string>>();
    return Object.fromEntries(KEY_STATES.map((state) => [state, Number(counts![state])])) as Record<
      KeyState,
      number
    >;
  }

  /** What stands above a list: how many keys these people have, and how many of them match. */
  async overview(all: KeyFilter, filter: KeyFilter): Promise<KeyOverview> {
    const expiresBefore = new Date(this.clock.millis() + SOON_MS);
    return {
      counts: await this.counts(all),
      endingSoon: await this.count({ ...all, status: ['live'], expiresBefore }),
      matching: await this.count({ ...filter, ...all }),
    };
  }

  private count(filter: KeyFilter): Promise<number> {
    const query = this.keys.createQueryBuilder('key').leftJoin(UsageTotal, 'used', 'used.key_id = key.id');
    return applyFilter(query, filter, this.clock.now()).getCount();
  }

  /** How many live keys each of these people has; none: missing. */
  async liveKeysOf(ownerIds: readonly string[]): Promise<Map<string, number>> {
    const query = this.keys
      .createQueryBuilder('key')
      .select('key.owner_id', 'id')
      .addSelect('count(*)', 'live');
    applyFilter(query, { ownerIds, status: ['live'] }, this.clock.now()).groupBy('key.owner_id');
    const rows = await query.getRawMany<{ id: string; live: string }>();
    return new Map(rows.map(({ id, live }) => [id, Number(live)]));
  }

  /** Those with a place in the order, and behind them those that were never used. */
  private async rows(filter: KeyFilter, ordering: Ordering, most: number, after?: Place): Promise<Row[]> {
    const isAmongNever = after?.value === null;
    const rows = isAmongNever ? [] : await this.placed(filter, ordering, most, after);
    if (!ordering.hasNever || rows.length === most) return rows;
    const never = this.query(filter).andWhere('used.last_used_at IS NULL');
    if (isAmongNever) never.andWhere('key.id > :id', { id: after.id });
    const keys = await never
      .orderBy('key.id')
      .limit(most - rows.length)
      .getMany();
    return [...rows, ...keys.map((key) => ({ key, place: { value: null, id: key.id } }))];
  }

  private async placed(filter: KeyFilter, ordering: Ordering, most: number, after?: Place): Promise<Row[]> {
    const { type, direction, hasNever } = ordering;
    // Through everybody's uses in their order PostgreSQL would look for those of a few people's keys: to sort these is less,
    // and it has to when the value is one of both tables.
    const few = `(${ordering.value} + (key.created_at - key.created_at))`;
    const value = hasNever && filter.ownerIds ? few : ordering.value;
    const query = this.query(filter).addSelect(`(${value})::text`, 'place');
    if (hasNever) query.andWhere('used.last_used_at IS NOT NULL');
    const sign = direction === 'ASC' ? '>' : '<';
    if (after) query.andWhere(`(${value}, key.id) ${sign} (:value::${type}, :id)`, { ...after });
    query.orderBy(value, direction).addOrderBy('key.id', direction).limit(most);
    const { raw, entities } = await query.getRawAndEntities<{ place: string }>();
    return entities.map((key, i) => ({ key, place: { value: raw[i]!.place, id: key.id } }));
  }

  private query(filter: KeyFilter): SelectQueryBuilder<ApiKey> {
    const query = this.keys.createQueryBuilder('key').innerJoinAndSelect('key.owner', 'owner');
    query.leftJoin(UsageTotal, 'used', 'used.key_id = key.id');
    return applyFilter(query, filter, this.clock.now());
  }
}
