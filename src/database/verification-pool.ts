import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import { poolOptions, STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import { DatabaseClient } from './database-client.js';
import type { EmbeddedDatabase } from './embedded-database.js';
import { sizesOf } from './pool-of.js';
import type { PoolSizes } from './pool-of.js';

/** Look-ups are gathered, so a few connections carry any load. */
const CONNECTIONS = 4;

export interface Statement {
  /** Parsed and planned once for each connection under this name. */
  readonly name: string;
  readonly text: string;
}

/** Verification's own way to the database: pages and exports that fill the main pool don't slow a look-up. */
@Injectable()
export class VerificationPool implements OnApplicationShutdown {
  readonly connections = CONNECTIONS;
  private readonly pool: pg.Pool | undefined;
  /** A pooler may hand each statement to another connection, where no name is known. */
  private readonly takesNames: boolean;

  constructor(
    config: DatabaseConfig,
    private readonly embedded: EmbeddedDatabase | undefined,
  ) {
    this.takesNames = config.kind === 'postgresql' && config.server === config.direct;
    if (config.kind !== 'postgresql') return;
    this.pool = new pg.Pool({
      Client: DatabaseClient as never,
      max: CONNECTIONS,
      ...poolOptions(config, STATEMENT_TIMEOUT_MS),
    });
    // An idle connection that breaks is replaced at its next use; unheard, this event would end the process.
    this.pool.on('error', (error) => new Logger('VerificationPool').warn(error.message));
  }

  get sizes(): PoolSizes {
    return sizesOf(this.pool);
  }

  /** The rows of one statement. @throws Error when the database is away or takes too long. */
  async rows<T>({ name, text }: Statement, values: unknown[] = []): Promise<T[]> {
    const query = this.takesNames ? { name, text, values } : { text, values };
    const result = await (this.pool ?? this.embedded!).query(query);
    return result.rows as T[];
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.end();
  }
}
