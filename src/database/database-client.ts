import pg from 'pg';
import type { PostgresServer } from '../config/config.js';
import { loginOf, Places } from './places.js';

type Startup = Readonly<Record<string, string>>;

/**
 * What our statements and the driver rely on, whatever the database, the role or a backup that was loaded sets: said in
 * the startup message, these win over ALTER DATABASE and ALTER ROLE, and poolers give them to each connection behind.
 */
const SESSION: Startup = {
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
};

export interface DatabaseClientOptions extends pg.ClientConfig {
  /** Shared by the clients of one pool, so that not each of them looks for the host. */
  readonly places: Places;
  /** Parameters of the startup message. */
  readonly startup: Startup;
}

/** How the driver is told of a server: for a client, or for a pool of them. */
export const clientOptions = (server: PostgresServer, timeoutMs: number): DatabaseClientOptions => ({
  ...loginOf(server),
  ...server.hosts[0]!,
  // Decided when it connects, as the host is.
  ssl: false,
  connectionTimeoutMillis: timeoutMs,
  keepAlive: true,
  places: new Places(server, timeoutMs),
  startup: SESSION,
});

/** As pools call back: with null, or with what went wrong. */
type Connected = (error: never) => void;

/** How the driver says that an answer took too long. */
const GIVEN_UP = 'Query read timeout';

interface WithStartup {
  getStartupConf(): Record<string, string>;
}

/**
 * A connection that finds its host as libpq does, and sees the same session everywhere. It ends with a statement that is
 * given up: the answer may come later, and whoever had the connection then would go on in a transaction half done.
 */
export class DatabaseClient extends pg.Client {
  private readonly places: Places;
  private readonly startup: Startup;

  constructor(options: DatabaseClientOptions) {
    super(options);
    this.places = options.places;
    this.startup = options.startup;
    // It may break before whoever asked for it has it in hand: unheard, that would end the process. Its statements fail.
    this.on('error', () => {});
    const query = this.query.bind(this) as (...asked: unknown[]) => unknown;
    this.query = ((...asked: unknown[]) => this.endIfGivenUp(query(...asked))) as pg.Client['query'];
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | void {
    const connected = this.connectSomewhere();
    if (!callback) return connected;
    connected.then(() => callback(null as never), callback as (error: unknown) => void);
  }

  /** The driver's own, which its types don't tell of. */
  getStartupConf(): Record<string, string> {
    const own = (pg.Client.prototype as unknown as WithStartup).getStartupConf.call(this);
    return { ...own, ...this.startup };
  }

  /** Callbacks are a pool's own, which ends a connection after any error. */
  private endIfGivenUp(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: Error) => {
      if (error.message === GIVEN_UP) void this.end();
      throw error;
    });
  }

  private async connectSomewhere(): Promise<pg.Client> {
    const { host, port, ssl } = await this.places.choose();
    Object.assign(this, {
      ssl,
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
    });
    Object.assign((this as unknown as { connection: object }).connection, { ssl });
    try {
      return await super.connect();
    } catch (error) {
      this.places.failed();
      throw error;
    }
  }
}
