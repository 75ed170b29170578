import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { DatabaseConfig } from '../config/config.js';
import type { EmbeddedDatabase } from './embedded-database.js';

const RECONNECT_MS = 500;

/** Hears NOTIFY on a connection of its own and connects anew when it breaks; `onGap` tells that something may have been missed. */
@Injectable()
export class Listener implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Listener');
  private client: pg.Client | undefined;
  private stopped = false;

  constructor(
    private readonly config: DatabaseConfig,
    private readonly embedded: EmbeddedDatabase | undefined,
  ) {}

  /** Resolves when the channel is heard, or when the first try failed and the next is on its way. */
  async listen(channel: string, onPayload: (payload: string) => void, onGap: () => void): Promise<void> {
    if (this.embedded) await this.embedded.listen(channel, onPayload);
    else await this.connect(channel, onPayload, onGap);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.client?.end().catch(() => {});
  }

  private async connect(
    channel: string,
    onPayload: (payload: string) => void,
    onGap: () => void,
  ): Promise<void> {
    if (this.stopped || this.config.kind !== 'postgresql') return;
    const client = new pg.Client({
      connectionString: this.config.directUrl,
      connectionTimeoutMillis: 2000,
      keepAlive: true,
    });
    let lost = false;
    const retry = (error?: Error): void => {
      if (lost || this.stopped) return;
      lost = true;
      this.logger.warn(
        `the connection for changes is lost${error ? ` (${error.message})` : ''}; connecting anew`,
      );
      onGap();
      setTimeout(() => void this.connect(channel, onPayload, onGap), RECONNECT_MS).unref();
    };
    client.on('error', retry).on('end', () => retry());
    client.on('notification', ({ payload }) => onPayload(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      this.client = client;
      onGap();
    } catch (error) {
      retry(error as Error);
    }
  }
}
