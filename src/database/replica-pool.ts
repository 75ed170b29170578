import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { PostgresServer } from '../config/config.js';
import { CONNECT_TIMEOUT_MS } from './data-source-options.js';
import { clientOptions, DatabaseClient } from './database-client.js';

/** As many as verification has to the main database. */
const CONNECTIONS = 4;

/** Which database cluster it is, and of what history since: a standby that was left behind by a failover has another. */
export interface Origin {
  readonly system: string;
  readonly timeline: number;
}

/** How far the main database is, as it says itself; a log that is put off counts as well. */
export const WRITER_POSITION = {
  name: 'position-of-the-writer',
  text: `SELECT (pg_current_wal_insert_lsn() - '0/0')::text AS position,
    (SELECT system_identifier::text FROM pg_control_system()) AS system,
    ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int AS timeline`,
};

export interface WriterPosition extends Origin {
  readonly position: string;
}

interface ReplicaPosition extends Origin {
  readonly standby: boolean;
  /** null: it tells none, as where storage is shared. */
  readonly position: string | null;
}

/**
 * The control file learns of another timeline at the next checkpoint only, which may be minutes after a failover; who
 * streams knows at once, but tells it to members of pg_read_all_stats alone.
 */
const REPLICA_POSITION = `SELECT pg_is_in_recovery() AS standby, (pg_last_wal_replay_lsn() - '0/0')::text AS position,
  (SELECT system_identifier::text FROM pg_control_system()) AS system,
  greatest((SELECT timeline_id FROM pg_control_checkpoint()),
    (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
    (SELECT received_tli FROM pg_stat_wal_receiver)) AS timeline`;

export interface ReplicaRows<T> {
  /** How much of the writer's log was there before the rows were read, in bytes. */
  readonly position: bigint;
  readonly origin: Origin;
  readonly rows: T[];
}

/** A standby of the main database, to read what may be a moment old. */
export class ReplicaPool implements OnApplicationShutdown {
  private readonly pool: pg.Pool | undefined;

  /** @param server undefined: the settings name none */
  constructor(server: PostgresServer | undefined) {
    if (!server) return;
    this.pool = new pg.Pool({
      Client: DatabaseClient as never,
      max: CONNECTIONS,
      ...clientOptions(server, CONNECT_TIMEOUT_MS),
      query_timeout: CONNECT_TIMEOUT_MS,
    });
    // An idle connection that breaks is replaced at its next use; unheard, this event would end the process.
    this.pool.on('error', () => {});
  }

  get isUsed(): boolean {
    return this.pool !== undefined;
  }

  /**
   * The rows of a statement without parameters, and how far the replica was before. In one message, so that both are of
   * one server whoever stands between, and each in a snapshot of its own: rows can only be newer than the position.
   * @throws Error when it is away, takes too long, or is no standby
   */
  async rows<T>(statement: string): Promise<ReplicaRows<T>> {
    const text = `BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; ${REPLICA_POSITION}; ${statement}; COMMIT`;
    const [, told, read] = (await this.pool!.query(text)) as unknown as pg.QueryResult[];
    const { standby, position, system, timeline } = told!.rows[0] as ReplicaPosition;
    if (!standby) throw new Error('it is not a standby');
    if (position === null) throw new Error('it does not report its position');
    return { position: BigInt(position), origin: { system, timeline }, rows: read!.rows as T[] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }
}
