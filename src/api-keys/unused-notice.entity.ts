import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key whose owner has been told that it will be switched off unless somebody uses it. */
@Entity('unused_notices')
export class UnusedNotice {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @Column('timestamptz', { name: 'noticed_at' })
  noticedAt: Date;
}
