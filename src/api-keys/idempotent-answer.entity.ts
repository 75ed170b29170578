import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An answer that must not be made twice, for as long as it may be asked for again. */
@Entity('idempotent_answers')
export class IdempotentAnswer {
  /** SHA-256 of who asks and of the Idempotency-Key, in hexadecimal digits. */
  @PrimaryColumn('text')
  id: string;

  /** Likewise of what was asked. */
  @Column('text')
  request: string;

  /** The answer, which nobody can read without the Idempotency-Key. */
  @Column('text', { nullable: true })
  sealed: string | null;

  @Index('idempotent_answers_made_at')
  @Column('timestamptz', { name: 'made_at' })
  madeAt: Date;
}
