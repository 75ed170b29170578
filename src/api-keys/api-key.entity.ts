import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Owner } from '../owners/owner.entity.js';
import { LimitColumns } from './limit-columns.js';
import type { StoredLimits } from './limits.js';

export type KeyFormat = 'akm' | 'uuid' | 'imported';
export type RevokedBy = 'owner' | 'admin' | 'leak' | 'rotation';

/** One key. The plain text is never stored, only its SHA-256. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('text')
  id: string;

  @Index('api_keys_digest_unique', { unique: true })
  @Column('bytea')
  digest: Buffer;

  @Index('api_keys_owner_id')
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

  @Column('boolean', { name: 'never_expires', default: false })
  neverExpires: boolean;

  @Column('boolean', { default: true })
  enabled: boolean;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt: Date | null;

  @Column('text', { name: 'revoked_by', nullable: true })
  revokedBy: RevokedBy | null;

  /** What it is cut down to; nothing is stored of a limit that it hasn't. */
  @Column('jsonb', { default: {} })
  limits: StoredLimits;

  @Column(() => LimitColumns, { prefix: false })
  readonly before?: LimitColumns;

  /** json, not jsonb: answers give its fields in the order they were sent, as the predecessor did. */
  @Column('json', { default: {} })
  config: Record<string, unknown>;
}
