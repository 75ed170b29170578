import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Owner } from '../owners/owner.entity.js';
import { LimitColumns } from './limit-columns.js';
import type { StoredLimits } from './limits.js';

export type KeyFormat = 'akm' | 'uuid' | 'imported';
export type RevokedBy = 'owner' | 'admin' | 'leak' | 'rotation';
/** `unused`: by the program, after a long time without any use. */
export type DisabledBy = 'owner' | 'admin' | 'unused';

/** One key. The plain text is never stored, only its SHA-256. */
@Entity('api_keys')
@Index('api_keys_owner_created', ['ownerId', 'createdAt', 'id'])
@Index('api_keys_created', ['createdAt', 'id'])
// Over what is made of columns, which the library doesn't see: for the lists of src/inventory.
@Index('api_keys_owner_name', { synchronize: false })
@Index('api_keys_owner_end', { synchronize: false })
@Index('api_keys_name', { synchronize: false })
@Index('api_keys_end', { synchronize: false })
@Index('api_keys_text', { synchronize: false })
export class ApiKey {
  @PrimaryColumn('text')
  id: string;

  @Index('api_keys_digest_unique', { unique: true })
  @Column('bytea')
  digest: Buffer;

  @Column('text', { name: 'owner_id' })
  ownerId: string;

  @ManyToOne(() => Owner, { nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'api_keys_owner_id_fkey' })
  owner?: Owner;

  @Column('text', { nullable: true })
  name: string | null;

  /** At most 255 characters; '': none. */
  @Column('text', { default: '' })
  description: string;

  /** The first four random characters, to tell keys apart in lists. */
  @Column('text', { nullable: true })
  hint: string | null;

  @Column('text')
  format: KeyFormat;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** Also set when the key never expires: the predecessor shows it. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  /** When its end was set last; null: when it was made. */
  @Column('timestamptz', { name: 'end_set_at', nullable: true })
  endSetAt: Date | null;

  @Column('boolean', { name: 'never_expires', default: false })
  neverExpires: boolean;

  @Column('boolean', { default: true })
  enabled: boolean;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revoked_by', nullable: true })
  revokedBy: RevokedBy | null;

  /** Why, in the words of whoever did; null: nobody said. */
  @Column('text', { name: 'revoke_reason', nullable: true })
  revokeReason: string | null;

  /** Who switched it off: what an administrator did, its owner can't undo. null: it is on, or was switched off long ago. */
  @Column('text', { name: 'disabled_by', nullable: true })
  disabledBy: DisabledBy | null;

  /** When it was switched on again last. */
  @Column('timestamptz', { name: 'enabled_at', nullable: true })
  enabledAt: Date | null;

  /** Counts its changes, from 1: a trigger does, whoever makes them. */
  @Column({ type: 'integer', default: 1, insert: false, update: false })
  version: number;

  /** The owner's roles when it was made; null: made before that was kept. */
  @Column('text', { name: 'roles_then', array: true, nullable: true })
  rolesThen: string[] | null;

  /** The id of the key that it was made for by rotation, and of the one that was made for it. */
  @Column('text', { nullable: true })
  replaces: string | null;

  @Column('text', { name: 'replaced_by', nullable: true })
  replacedBy: string | null;

  /** When somebody was first seen using it after it was replaced and had ended. */
  @Column('timestamptz', { name: 'used_after_end_at', nullable: true })
  usedAfterEndAt: Date | null;

  /** What it is cut down to; nothing is stored of a limit that it hasn't. */
  @Column('jsonb', { default: {} })
  limits: StoredLimits;

  @Column(() => LimitColumns, { prefix: false })
  readonly before?: LimitColumns;

  /** json, not jsonb: answers give its fields in the order they were sent, as the predecessor did. */
  @Column('json', { default: {} })
  config: Record<string, unknown>;
}
