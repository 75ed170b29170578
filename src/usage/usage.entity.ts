import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

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

/** One of the latest refusals of a key, or several alike that came together. */
@Entity('refusals')
@Index('refusals_key_id_at', ['keyId', 'at'])
@Index('refusals_at', ['at'])
export class RefusalRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('text', { name: 'key_id' })
  keyId: string;

  @Column('timestamptz')
  at: Date;

  @Column('text')
  code: string;

  @Column('text', { nullable: true })
  audience: string | null;

  @Column('text', { nullable: true })
  network: string | null;

  @Column('text', { nullable: true })
  agent: string | null;

  @Column('text', { nullable: true })
  requirement: string | null;

  @Column('integer')
  count: number;
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
