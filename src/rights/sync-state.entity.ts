import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one look at many people came to. Instants are ISO 8601. */
export interface PassReport {
  readonly startedAt: string;
  readonly finishedAt: string;
  /** How people were read: one by one, by the realm's lists, or those that events named. */
  readonly mode: 'each' | 'lists' | 'events';
  /**
   * `incomplete`: some could not be read. `held`: nothing was written, because too many people would have lost
   * everything.
   */
  readonly outcome: 'done' | 'incomplete' | 'held';
  readonly owners: number;
  readonly confirmed: number;
  readonly changed: number;
  readonly unreadable: number;
  /** How many would vanish or lose all rights. */
  readonly losers: number;
  /** The first failure, in words. */
  readonly problem: string | null;
}

/** What the leader sees of Keycloak. */
export interface LeaderReport {
  /** The host that it runs on. */
  readonly leader: string;
  /** ISO 8601. */
  readonly at: string;
  /** Changes are followed within seconds, by the admin events. */
  readonly eventFeed: boolean;
  /** What the service account may not do, in plain sentences. */
  readonly missingRights: readonly string[];
  /** Requests since the leader's start: how many, and by kind those without a usable answer. */
  readonly calls: { readonly made: number; readonly failed: Readonly<Record<string, number>> };
}

/** The one row that all replicas share about the synchronisation. */
@Entity('sync_state')
export class SyncState {
  @PrimaryColumn('smallint')
  id: number;

  @Column('boolean', { default: false })
  paused: boolean;

  /** How often administrators have asked for a pass. */
  @Column('integer', { default: 0 })
  requests: number;

  /** How many of these requests came before the last pass began. */
  @Column('integer', { default: 0 })
  answered: number;

  /** An administrator lets the next pass take effect, however many it hits. */
  @Column('boolean', { name: 'mass_change_confirmed', default: false })
  massChangeConfirmed: boolean;

  @Column('timestamptz', { name: 'succeeded_at', nullable: true })
  succeededAt: Date | null;

  @Column('jsonb', { name: 'last_pass', nullable: true })
  lastPass: PassReport | null;

  /** The latest over everybody, the last one first. */
  @Column('jsonb', { default: [] })
  passes: readonly PassReport[];

  /** null: no replica has led yet. */
  @Column('jsonb', { nullable: true })
  report: LeaderReport | null;
}
