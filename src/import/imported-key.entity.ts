import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a key was in the predecessor's database when it was last taken from there: what differs was done since. */
@Entity('imported_keys')
export class ImportedKey {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('boolean', { name: 'never_expires' })
  neverExpires: boolean;

  @Column('boolean')
  revoked: boolean;

  /** null: not known. */
  @Column('bigint', { nullable: true })
  queries: string | null;
}
