import { EventEmitter } from 'node:events';
import { PGlite, types } from '@electric-sql/pglite';
import type { Results } from '@electric-sql/pglite';
import { lockFolder } from './folder-lock.js';

export interface QueryResult {
  readonly rows: unknown[];
  readonly rowCount: number;
  readonly command: string;
}

type Callback<T extends unknown[]> = (error: unknown, ...result: T) => void;
type Query = string | { readonly text: string; readonly values?: unknown[] };

/**
 * PostgreSQL inside this process, for trying out and for tests. One engine serves one statement at a time, so a
 * client leases it whole: transactions never mix, and a client that is held makes every other one wait.
 */
export class EmbeddedDatabase {
  private readonly waiting: (() => void)[] = [];
  private leased = false;

  private constructor(
    private readonly engine: PGlite,
    private readonly unlock: () => Promise<void>,
  ) {}

  /**
   * Opens the folder (undefined: in memory), a new one with the content of a `dump` when that is given.
   * @throws Error when another process holds the folder.
   */
  static async open(folder: string | undefined, loadDataDir?: Blob): Promise<EmbeddedDatabase> {
    const unlock = folder === undefined ? async () => {} : await lockFolder(folder);
    try {
      const dataDir = folder === undefined ? 'memory://' : folder;
      return new EmbeddedDatabase(await PGlite.create({ dataDir, loadDataDir, parsers: PARSERS }), unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** A stand-in for the `pg` package, as TypeORM's `driver` option takes it. */
  get driver(): { Pool: new () => EventEmitter; Client: new () => EventEmitter; types: object } {
    const Pool = embeddedPool(this);
    return { Pool, Client: Pool, types: {} };
  }

  /** Calls back for each NOTIFY on the channel; returns how to stop. */
  async listen(channel: string, onPayload: (payload: string) => void): Promise<() => Promise<void>> {
    // Within someone else's transaction it would be undone with that.
    const giveBack = await this.lease();
    try {
      return await this.engine.listen(channel, onPayload);
    } finally {
      giveBack();
    }
  }

  /** Everything it holds, as `open` loads it again. */
  async dump(): Promise<Blob> {
    const giveBack = await this.lease();
    try {
      return await this.engine.dumpDataDir('none');
    } finally {
      giveBack();
    }
  }

  async lease(): Promise<() => void> {
    if (this.leased) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.leased = true;
    let returned = false;
    return () => {
      if (returned) return;
      returned = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.leased = false;
    };
  }

  /** Runs on the engine as it is; the caller holds the lease. */
  async run(query: Query, values?: unknown[]): Promise<QueryResult> {
    const text = typeof query === 'string' ? query : query.text;
    const bound = typeof query === 'string' ? values : query.values;
    const { rows, affectedRows } = await this.execute(text, bound);
    const command = text.trim().split(/\s+/)[0]!.toUpperCase();
    return { rows, rowCount: affectedRows || rows.length, command };
  }

  /** Only the simple protocol takes several statements at once, and only the extended one takes values. */
  private async execute(text: string, values: unknown[] | undefined): Promise<Results> {
    if (values?.length) return this.engine.query(text, values);
    return (await this.engine.exec(text)).at(-1) ?? { rows: [], fields: [] };
  }

  async query(query: Query, values?: unknown[]): Promise<QueryResult> {
    const giveBack = await this.lease();
    try {
      return await this.run(query, values);
    } finally {
      giveBack();
    }
  }

  async close(): Promise<void> {
    const giveBack = await this.lease();
    try {
      if (!this.engine.closed) await this.engine.close();
    } finally {
      giveBack();
      await this.unlock();
    }
  }
}

/** As `pg` gives them: bigint as text, so that no digit is lost, and bytea as Buffer. */
const PARSERS = {
  [types.INT8]: (text: string) => text,
  [types.BYTEA]: (hex: string) => Buffer.from(hex.slice(2), 'hex'),
};

function embeddedPool(database: EmbeddedDatabase) {
  class EmbeddedClient extends EventEmitter {
    constructor(readonly release: () => void) {
      super();
    }

    query(query: Query, values?: unknown[] | Callback<[QueryResult]>, callback?: Callback<[QueryResult]>) {
      const done = typeof values === 'function' ? values : callback;
      return settle(database.run(query, typeof values === 'function' ? undefined : values), done);
    }
  }

  return class EmbeddedPool extends EventEmitter {
    readonly options = {};

    connect(callback?: Callback<[EmbeddedClient, () => void]>) {
      const client = database.lease().then((release) => new EmbeddedClient(release));
      if (!callback) return client;
      void client.then(
        (leased) => callback(null, leased, leased.release),
        (error: unknown) => (callback as (error: unknown) => void)(error),
      );
      return undefined;
    }

    query(query: Query, values?: unknown[]) {
      return database.query(query, values);
    }

    end(callback?: Callback<[]>) {
      return settle(database.close(), callback && ((error) => callback(error)));
    }
  };
}

function settle<T>(promise: Promise<T>, callback: Callback<[T]> | undefined): Promise<T> | undefined {
  if (!callback) return promise;
  promise.then((result) => callback(null, result), callback as (error: unknown) => void);
  return undefined;
}
