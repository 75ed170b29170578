import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Verifications of one key within one hour. Counts come as text, as PostgreSQL's bigint does. */
@Entity('usage')
export class UsageHour {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @PrimaryColumn('timestamptz')
  hour: Date;

  @Column('bigint', { default: 0 })
  accepted: string;

  @Column('bigint', { default: 0 })
  refused: string;
}

/** Verifications of one key since it was made or imported. */
@Entity('usage_totals')
@Index('usage_totals_last_used', ['lastUsedAt', 'keyId'])
export class UsageTotal {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @Column('bigint', { default: 0 })
  accepted: string;

  @Column('bigint', { default: 0 })
  refused: string;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;
}

/** A process that writes counts, and the number of the last batch that arrived. */
@Entity('usage_writers')
export class UsageWriter {
  @PrimaryColumn('text')
  id: string;

  @Column('integer')
  batch: number;

  @Column('timestamptz', { name: 'written_at' })
  writtenAt: Date;
}
