import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Actor } from './actor.js';
import type { AuditAction } from './audit-action.js';

/** One line of the trail: who did what to which key or owner. Never changed, never holds a secret. */
@Entity('audit')
@Index('audit_number', ['number'], { unique: true })
@Index('audit_owner_id_number', ['ownerId', 'number'])
@Index('audit_key_id_number', ['keyId', 'number'])
@Index('audit_actor_id_number', ['actorId', 'number'])
@Index('audit_action_number', ['action', 'number'])
export class AuditEntry {
  @PrimaryColumn('text')
  id: string;

  /** From 1, without gaps; the database gives it at the commit. */
  @Column('bigint')
  number: string;

  /** SHA-256 of the hash before and of this line's content. */
  @Column('bytea')
  hash: Buffer;

  @Index('audit_at')
  @Column('timestamptz')
  at: Date;

  @Column('text')
  action: AuditAction;

  @Column('text', { name: 'actor_id', nullable: true })
  actorId: string | null;

  /** Of an AuditLogin, which may have been erased. */
  @Column('bytea', { name: 'login_hash', nullable: true })
  loginHash: Buffer | null;

  /** null: written by a build that told nothing of it. */
  @Column('text', { nullable: true })
  via: Actor['via'] | null;

  @Column('text', { nullable: true })
  network: string | null;

  @Column('text', { nullable: true })
  agent: string | null;

  @Column('text', { name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Column('text', { name: 'key_id', nullable: true })
  keyId: string | null;

  @Column('jsonb', { default: {} })
  details: object;
}
