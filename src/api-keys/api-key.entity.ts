import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Owner } from '../owners/owner.entity.js';

export type KeyFormat = 'akm' | 'uuid' | 'imported';
export type RevokedBy = 'owner' | 'admin' | 'leak' | 'rotation';
/** 'browser': enforced only against a request that brings an Origin or Referer. */
export type RefererPolicy = 'always' | 'browser' | 'never';

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

  @Column('text', { array: true, nullable: true })
  roles: string[] | null;

  @Column('text', { array: true, nullable: true })
  audiences: string[] | null;

  @Column('text', { array: true, nullable: true })
  scopes: string[] | null;

  @Column('text', { name: 'allowed_ips', array: true, nullable: true })
  allowedIps: string[] | null;

  @Column('text', { name: 'allowed_referers', array: true, nullable: true })
  allowedReferers: string[] | null;

  @Column('text', { name: 'referer_policy', default: 'always' })
  refererPolicy: RefererPolicy;

  @Column('boolean', { name: 'allow_key_in_url', default: true })
  allowKeyInUrl: boolean;

  @Column('text', { name: 'rate_limit', nullable: true })
  rateLimit: string | null;

  /** json, not jsonb: answers give its fields in the order they were sent, as the predecessor did. */
  @Column('json', { default: {} })
  config: Record<string, unknown>;
}
