import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuditAction } from './audit-action.js';

/** One line of the trail: who did what to which key or owner. Never changed, never holds a secret. */
@Entity('audit')
export class AuditEntry {
  @PrimaryColumn('text')
  id: string;

  @Column('timestamptz')
  at: Date;

  @Column('text')
  action: AuditAction;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  @Index('audit_owner_id')
  @Column('text', { name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Index('audit_key_id')
  @Column('text', { name: 'key_id', nullable: true })
  keyId: string | null;

  @Column('jsonb', { default: {} })
  details: object;
}
