import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { PROGRAM } from '../audit/actor.js';
import type { Actor } from '../audit/actor.js';
import type { AuditAction } from '../audit/audit-action.js';
import { AuditService } from '../audit/audit.service.js';
import type { AuditFact } from '../audit/audit.service.js';
import { Invalidation } from '../invalidation/invalidation.service.js';
import type { Change } from '../invalidation/invalidation.service.js';

export { OPERATOR, PROGRAM } from '../audit/actor.js';
export type { Actor, AuditAction, AuditFact };

/** Rows, audit rows and announcements of one change: all of it happens, or nothing. */
export interface Transaction {
  /** For the rows. */
  readonly manager: EntityManager;
  /** Adds to the audit trail who did what. */
  record(...facts: readonly AuditFact[]): Promise<void>;
  /** What somebody was called goes from the trail; that it was he stays, by his id. */
  eraseLogins(ownerId: string): Promise<void>;
  /** Lets every replica forget what it knows of this. */
  announce(change: Change): Promise<void>;
}

/** More lines than this are not left to the commit. */
const MANY_LINES = 1000;

/** The one way to change anything that is audited or remembered. */
@Injectable()
export class Changes {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly audit: AuditService,
    private readonly invalidation: Invalidation,
  ) {}

  /** The same in another connection to the database, such as one without time limits. */
  over(source: DataSource): Changes {
    return new Changes(source, this.audit, this.invalidation);
  }

  /**
   * Runs `work` in a transaction, as the deed of `by`. Other replicas hear of the announcements by the commit itself; this process applies
   * them after it and before the caller answers. @throws whatever `work` throws, after everything was undone
   */
  async make<T>(work: (tx: Transaction) => Promise<T>, by: Actor = PROGRAM): Promise<T> {
    const announced: Change[] = [];
    let lines = 0;
    const result = await this.source.transaction(async (manager) => {
      const done = await work({
        manager,
        record: async (...facts) => {
          lines += facts.length;
          await this.audit.record(manager, by, facts);
        },
        eraseLogins: (ownerId) => this.audit.eraseLogins(manager, ownerId),
        announce: async (change) => {
          announced.push(change);
          await this.invalidation.announce(manager, change);
        },
      });
      if (lines > MANY_LINES) await this.audit.chain(manager);
      return done;
    });
    for (const change of announced) this.invalidation.apply(change);
    return result;
  }
}
