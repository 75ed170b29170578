import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { SelectQueryBuilder } from 'typeorm';
import type { AuditAction } from './audit-action.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditLogin } from './audit-login.entity.js';

/** Which lines are wanted; of several all must hold. */
export interface AuditFilter {
  readonly action?: AuditAction;
  /** To one of these people. */
  readonly ownerIds?: readonly string[];
  readonly keyId?: string;
  /** By one of these people. */
  readonly actorIds?: readonly string[];
  /** From this instant on. */
  readonly from?: Date;
  /** Before this instant. */
  readonly to?: Date;
  /** Lines with a lower number: that of the last one seen. */
  readonly before?: string;
}

/** A line as it is read: who is called by the login of then, null once he was erased. */
export type AuditLine = Omit<AuditEntry, 'hash' | 'loginHash'> & {
  readonly hash: string;
  readonly login: string | null;
};

export interface AuditState {
  readonly rows: number;
  /** null: there are none. */
  readonly lastNumber: string | null;
  readonly lastAt: Date | null;
}

type Found = AuditEntry & { readonly login: AuditLogin | null };

const BATCH = 1000;

const CONDITIONS: { readonly [name in keyof AuditFilter]-?: string } = {
  action: 'line.action = :action',
  ownerIds: 'line.ownerId IN (:...ownerIds)',
  keyId: 'line.keyId = :keyId',
  actorIds: 'line.actorId IN (:...actorIds)',
  from: 'line.at >= :from',
  to: 'line.at < :to',
  before: 'line.number < :before',
};

/** Reads the trail, newest first. */
@Injectable()
export class AuditTrail {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  /** At most `limit` lines. */
  async page({ limit, ...filter }: AuditFilter & { readonly limit: number }): Promise<AuditLine[]> {
    return ((await this.matching(filter).limit(limit).getMany()) as Found[]).map(lineOf);
  }

  /** Every line, a batch at a time, however many there are; those written meanwhile are not among them. */
  async *stream(filter: AuditFilter): AsyncGenerator<readonly AuditLine[]> {
    let { before } = filter;
    for (;;) {
      const batch = await this.page({ ...filter, before, limit: BATCH });
      if (batch.length) yield batch;
      if (batch.length < BATCH) return;
      before = batch.at(-1)!.number;
    }
  }

  async state(): Promise<AuditState> {
    const [last] = await this.page({ limit: 1 });
    // Without gaps, the last number is how many there are.
    return { rows: Number(last?.number ?? 0), lastNumber: last?.number ?? null, lastAt: last?.at ?? null };
  }

  private matching(filter: AuditFilter): SelectQueryBuilder<AuditEntry> {
    const query = this.entries
      .createQueryBuilder('line')
      .leftJoinAndMapOne('line.login', AuditLogin, 'login', 'login.hash = line.loginHash');
    for (const [name, condition] of Object.entries(CONDITIONS)) {
      const value = filter[name as keyof AuditFilter];
      if (value !== undefined) query.andWhere(condition, { [name]: value });
    }
    return query.orderBy('line.number', 'DESC');
  }
}

const lineOf = ({ loginHash: _, hash, login, ...line }: Found): AuditLine => ({
  ...line,
  hash: hash.toString('hex'),
  login: login?.login ?? null,
});
