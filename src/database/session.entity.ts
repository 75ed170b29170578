import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A browser's session, in the shape that connect-pg-simple reads and writes. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('varchar')
  sid: string;

  @Column('json')
  sess: object;

  @Index('sessions_expire')
  @Column('timestamptz')
  expire: Date;
}
