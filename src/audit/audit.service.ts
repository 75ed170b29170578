import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Clock } from '../platform/clock.js';
import { AuditEntry } from './audit-entry.entity.js';

export type AuditFact = Pick<AuditEntry, 'action'> & Partial<Omit<AuditEntry, 'id' | 'at' | 'action'>>;

@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  /** Within the caller's transaction, so that a change and its line come and go together. */
  async record(manager: EntityManager, fact: AuditFact): Promise<void> {
    await manager.insert(AuditEntry, { ...fact, id: uuid(), at: this.clock.now() });
  }
}
