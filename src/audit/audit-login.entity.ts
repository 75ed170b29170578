import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What a person was called when he made changes. The chained line knows only the hash, so that erasing this leaves the
 * chain whole: without the salt nothing is learned from what stays.
 */
@Entity('audit_logins')
export class AuditLogin {
  /** Of salt, owner's id, a zero byte and login. */
  @PrimaryColumn('bytea')
  hash: Buffer;

  @Column('bytea')
  salt: Buffer;

  @Index('audit_logins_owner_id')
  @Column('text', { name: 'owner_id' })
  ownerId: string;

  @Column('text')
  login: string;
}
