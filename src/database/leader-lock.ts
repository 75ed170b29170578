import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { DatabaseConfig, PostgresServer } from '../config/config.js';
import type { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { explainProblem } from './problems.js';
import { CONNECT_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import { clientOptions, DatabaseClient } from './database-client.js';

const BEAT_MS = 1000;
const FROZEN_MS = 15_000;
/** Any number, the same in every replica. */
const LOCK = 4_270_002;

const BEAT = `INSERT INTO leader_beats (lock, beat_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (lock) DO UPDATE SET beat_at = clock_timestamp()`;
/** A process that hangs keeps its connection, and with it the lock: its connection is ended for it. */
const END_THE_FROZEN = `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN leader_beats b ON b.lock = $1
  WHERE l.locktype = 'advisory' AND l.granted AND l.objid::bigint = $1 AND l.classid = 0
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND b.beat_at < clock_timestamp() - make_interval(secs => $2)`;

/**
 * One replica at a time leads, by an advisory lock held on a connection of its own. The lock of one that dies is
 * free at once; that of one that shows no life for a while is taken from it.
 */
@Injectable()
export class LeaderLock implements BeforeApplicationShutdown {
  private readonly logger = new Logger('LeaderLock');
  private readonly unable: Trouble;
  private client: DatabaseClient | undefined;
  private leading = false;
  private beating: NodeJS.Timeout | undefined;
  /** Of all who ask at once one tries, for all have one connection. */
  private trying: Promise<boolean> | undefined;

  constructor(
    private readonly config: DatabaseConfig,
    clock: Clock,
  ) {
    this.unable = new Trouble(this.logger, clock);
  }

  /** As far as is known: it asks nobody, and does nothing about it. */
  get leads(): boolean {
    return this.leading || this.config.kind === 'embedded';
  }

  /** Whether this process leads; tries to, when nobody does. False while the database is away. */
  async lead(frozenAfterMs = FROZEN_MS): Promise<boolean> {
    // The folder's lock admits one process only.
    if (this.config.kind === 'embedded') return true;
    if (this.leading) return true;
    return (this.trying ??= this.attempt(this.config.direct, frozenAfterMs).finally(
      () => (this.trying = undefined),
    ));
  }

  beforeApplicationShutdown(): void {
    this.lose(this.client);
  }

  private async attempt(server: PostgresServer, frozenAfterMs: number): Promise<boolean> {
    try {
      const client = (this.client ??= await this.connect(server));
      if (!(await this.take(client))) await client.query(END_THE_FROZEN, [LOCK, frozenAfterMs / 1000]);
      this.unable.end('the synchronisation can be led again');
      return this.leading;
    } catch (error) {
      this.unable.begin('', `this replica can't lead the synchronisation: ${explainProblem(error)}`);
      this.lose(this.client);
      return false;
    }
  }

  private async take(client: DatabaseClient): Promise<boolean> {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      LOCK,
    ]);
    if (!rows[0]!.taken) return false;
    await client.query(BEAT, [LOCK]);
    this.leading = true;
    this.beatLater(client);
    this.logger.log('this replica leads the synchronisation');
    return true;
  }

  /** The next one waits for the answer: a database that hangs would else be told all of them at once. */
  private beatLater(client: DatabaseClient): void {
    if (client !== this.client) return;
    this.beating = setTimeout(() => {
      client.query(BEAT, [LOCK]).then(
        () => this.beatLater(client),
        () => this.lose(client),
      );
    }, BEAT_MS).unref();
  }

  private async connect(server: PostgresServer): Promise<DatabaseClient> {
    const client = new DatabaseClient({
      ...clientOptions(server, CONNECT_TIMEOUT_MS),
      query_timeout: STATEMENT_TIMEOUT_MS,
    });
    client.on('error', () => this.lose(client)).on('end', () => this.lose(client));
    await client.connect();
    return client;
  }

  private lose(client: DatabaseClient | undefined): void {
    if (!client || client !== this.client) return;
    this.client = undefined;
    clearTimeout(this.beating);
    this.leading = false;
    client.end().catch(() => {});
  }
}
