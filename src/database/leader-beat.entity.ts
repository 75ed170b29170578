import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The leader's sign of life, by the database's clock. */
@Entity('leader_beats')
export class LeaderBeat {
  @PrimaryColumn('bigint')
  lock: string;

  @Column('timestamptz', { name: 'beat_at' })
  beatAt: Date;
}
