import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

// Counts come as text, as PostgreSQL's bigint does.

abstract class Counted {
  /** '': the caller named none. */
  @PrimaryColumn('text')
  audience: string;

  /** VALID, or that of the refusal. */
  @PrimaryColumn('text')
  code: string;

  @Column('bigint')
  count: string;
}

/** Verifications of one key within one hour. Partitioned by month. */
@Entity('usage_hours')
export class UsageHour extends Counted {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @PrimaryColumn('timestamptz')
  hour: Date;
}

/** Verifications of one key on one day in UTC, made of its hours after a while. Partitioned by month. */
@Entity('usage_days')
export class UsageDay extends Counted {
  @PrimaryColumn('text', { name: 'key_id' })
  keyId: string;

  @PrimaryColumn('date')
  day: string;
}

/** Verifications of all keys within one hour. */
@Entity('usage_of_all')
export class UsageOfAll extends Counted {
  @PrimaryColumn('timestamptz')
  hour: Date;
}

/** As builds of before write their hours; empty but for these. */
@Entity('usage')
export class UsageOfBefore {
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

  /** Of the last use, as are the next two; cut to /24 or /48. */
  @Column('text', { name: 'last_network', nullable: true })
  lastNetwork: string | null;

  @Column('text', { name: 'last_agent', nullable: true })
  lastAgent: string | null;

  @Column('text', { name: 'last_carrier', nullable: true })
  lastCarrier: string | null;

  /** The latest networks but that of the last use, with theirs in milliseconds since 1970. */
  @Column('jsonb', { nullable: true })
  networks: Record<string, number> | null;
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
