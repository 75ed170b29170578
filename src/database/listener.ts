import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import { CONNECT_TIMEOUT_MS, STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import { clientOptions, DatabaseClient } from './database-client.js';
import { Clock } from '../platform/clock.js';
import { Trouble } from '../platform/trouble.js';
import { explainProblem } from './problems.js';
import type { EmbeddedDatabase } from './embedded-database.js';

const FIRST_PAUSE_MS = 250;
/** Short enough to be back within 5 s of the database's return. */
const LONGEST_PAUSE_MS = 2000;
/** A connection whose other end vanished is noticed about ten seconds after this. */
const KEEP_ALIVE_MS = 10_000;

interface Subscription {
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onGap: () => void;
}

/** Hears NOTIFY on a connection of its own and connects anew when it breaks; `onGap` tells that something may have been missed. */
@Injectable()
export class Listener implements BeforeApplicationShutdown {
  private readonly deaf: Trouble;
  private readonly clients = new Set<DatabaseClient>();
  private stopped = false;

  constructor(
    private readonly config: DatabaseConfig,
    private readonly embedded: EmbeddedDatabase | undefined,
    clock = new Clock(),
  ) {
    this.deaf = new Trouble(new Logger('Listener'), clock);
  }

  /** For a program that announces changes and ends: it remembers nothing that it would have to forget. */
  static deaf(config: DatabaseConfig): Listener {
    const listener = new Listener(config, undefined);
    listener.stopped = true;
    return listener;
  }

  /** Resolves when the channel is heard, or when the first try failed and the next is on its way. */
  async listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<void> {
    if (this.embedded) await this.embedded.listen(channel, onPayload);
    else await this.connect({ channel, onPayload, onGap }, 0);
  }

  /** Doesn't wait for the goodbye: a database that hangs must not hold up the shutdown. */
  beforeApplicationShutdown(): void {
    this.stopped = true;
    for (const client of this.clients) end(client);
  }

  private async connect(subscription: Subscription, failures: number): Promise<void> {
    if (this.stopped || this.config.kind !== 'postgresql') return;
    const client = new DatabaseClient({
      ...clientOptions(this.config.direct, CONNECT_TIMEOUT_MS),
      query_timeout: STATEMENT_TIMEOUT_MS,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    this.clients.add(client);
    let heard = false;
    const retry = (error?: Error): void => {
      if (!this.clients.delete(client) || this.stopped) return;
      end(client);
      this.connectAnew(subscription, heard ? 0 : failures + 1, error);
    };
    client.on('error', retry).on('end', () => retry());
    client.on('notification', ({ payload }) => subscription.onPayload(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(subscription.channel)}`);
      heard = true;
      this.deaf.end('changes are received again');
      subscription.onGap();
    } catch (error) {
      retry(error as Error);
    }
  }

  private connectAnew(subscription: Subscription, failures: number, error: Error | undefined): void {
    const why = error ? `: ${explainProblem(error)}` : '';
    this.deaf.begin('', `changes are not received${why}; trying again until they are`);
    subscription.onGap();
    const delay = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    setTimeout(() => void this.connect(subscription, failures), delay).unref();
  }
}

function end(client: DatabaseClient): void {
  client.end().catch(() => {});
}
