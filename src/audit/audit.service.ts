import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Clock } from '../platform/clock.js';
import type { Actor } from './actor.js';
import { AuditEntry } from './audit-entry.entity.js';

export type AuditFact = Pick<AuditEntry, 'action'> & Partial<Omit<AuditEntry, 'id' | 'at' | 'action'>>;

/** As many as a statement takes parameters for. */
const MOST_AT_ONCE = 1000;

@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  /** Within the transaction of a change, so that the change and its lines come and go together. */
  async record(manager: EntityManager, by: Actor, facts: readonly AuditFact[]): Promise<void> {
    const at = this.clock.now();
    const entries = facts.map((fact) => ({ actorId: by.id, ...fact, id: uuid({ msecs: at.getTime() }), at }));
    for (let start = 0; start < entries.length; start += MOST_AT_ONCE)
      await manager.insert(AuditEntry, entries.slice(start, start + MOST_AT_ONCE));
  }
}
