import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Redis as Connection, RedisOptions } from 'ioredis';
import type { RedisConfig } from '../config/config.js';

/** Nobody waits for an answer, but what waits for it takes memory. */
const ANSWER_WITHIN_MS = 500;
const CONNECT_TIMEOUT_MS = 2000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;
/** A server that hangs keeps its connections: it is noticed by a beat without an answer. */
const BEAT_MS = 1000;
/** How long a hung server has to say goodbye before its connection is cut. */
const GOODBYE_MS = 100;

interface Subscription {
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  readonly onGap: () => void;
}

interface Connections {
  readonly commands: Connection;
  /** One that listens takes no other commands. */
  readonly listening: Connection;
}

/**
 * What replicas share where the settings name a Redis. It is never needed: without it, or while it is away, every
 * command fails at once, and whoever gave it goes on alone. Connects by itself and again, and never stops a start.
 */
export class Redis implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Redis');
  private readonly subscriptions: Subscription[] = [];
  private connected: boolean | undefined;
  private hears = false;
  private refuses = false;
  private stopped = false;
  private problem = '';
  private connecting: Promise<void> | undefined;
  private beating: NodeJS.Timeout | undefined;

  /** Use `open`. */
  constructor(
    private readonly connections: Connections | undefined,
    private readonly db: number,
  ) {
    if (!connections) return;
    const { commands, listening } = connections;
    for (const connection of [commands, listening]) this.watch(connection);
    commands.on('ready', () => this.follow());
    listening
      .on('ready', () => void this.hear(listening))
      .on('message', (channel: string, message: string) => this.deliver(channel, message));
  }

  /** @param config undefined: the settings name no Redis, so the library isn't even loaded. */
  static async open(config: RedisConfig | undefined): Promise<Redis> {
    if (!config) return new Redis(undefined, 0);
    const { Redis: Client } = await import('ioredis');
    const options = optionsOf(config);
    return new Redis({ commands: new Client(options), listening: new Client(options) }, config.db);
  }

  get isUsed(): boolean {
    return this.connections !== undefined;
  }

  /** Both connections are there and answer. */
  get isConnected(): boolean {
    return this.connected === true;
  }

  onModuleInit(): void {
    if (!this.connections) return;
    void this.connect();
    this.beating = setInterval(() => this.beat(), BEAT_MS).unref();
  }

  /** Resolves when commands can be given, or when the first try failed and the next is on its way. */
  connect(): Promise<void> {
    return (this.connecting ??= this.connectFirst());
  }

  /** `onGap`: something may have been missed, or published in vain; also told when the connection is there again. */
  subscribe(channel: string, onMessage: (message: string) => void, onGap = (): void => {}): void {
    this.subscriptions.push({ channel: this.channel(channel), onMessage, onGap });
    if (this.connections?.listening.status === 'ready') void this.hear(this.connections.listening);
  }

  /** Reaches every replica that listens, this one too. @throws Error when Redis is away or too slow */
  async publish(channel: string, message: string): Promise<void> {
    if (this.connections)
      await this.answered(this.connections.commands.publish(this.channel(channel), message));
  }

  /** Runs a Lua script. @throws Error when Redis is away or too slow; it may have run all the same */
  async run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.answered(this.connections!.commands.eval(script, keys.length, ...keys, ...args));
  }

  /** The full name of a channel: those of a server are common to all its numbered databases. */
  channel(name: string): string {
    return `apikm:${this.db}:${name}`;
  }

  /** Doesn't wait for the goodbye of a server that hangs. */
  onApplicationShutdown(): void {
    this.stopped = true;
    clearInterval(this.beating);
    this.connections?.commands.disconnect();
    this.connections?.listening.disconnect();
  }

  private async connectFirst(): Promise<void> {
    if (!this.connections) return;
    const { commands, listening } = this.connections;
    listening.connect().catch(() => {});
    await commands.connect().catch(() => {});
  }

  private watch(connection: Connection): void {
    connection.on('error', (error: NodeJS.ErrnoException) => {
      this.problem = error.message || error.code || error.name;
      // The server refused the login or the number of the database: else the library would go on in another one.
      if (connection.status === 'connect') connection.disconnect(true);
    });
    connection.on('close', () => {
      this.problem ||= 'it closed the connection';
      if (connection === this.connections!.listening) this.hears = false;
      this.follow();
    });
  }

  private async hear(listening: Connection): Promise<void> {
    const channels = this.subscriptions.map(({ channel }) => channel);
    try {
      if (channels.length) await listening.subscribe(...channels);
      this.hears = true;
      this.follow();
    } catch (error) {
      this.problem = (error as Error).message;
      if (listening.status === 'ready') listening.disconnect(true);
    }
  }

  private deliver(channel: string, message: string): void {
    for (const subscription of this.subscriptions)
      if (subscription.channel === channel) subscription.onMessage(message);
  }

  /** A loss and a return are told once each, however many tries lie between them. */
  private follow(): void {
    const connected = this.hears && this.connections!.commands.status === 'ready';
    if (this.stopped || connected === this.connected) return;
    // One of the two connections is there and the other one on its way.
    if (!connected && this.problem === '') return;
    this.connected = connected;
    if (connected) this.logger.log('Redis is connected: replicas share counts and changes');
    else this.logger.warn(`Redis is not connected (${this.problem}): this replica counts alone meanwhile`);
    this.problem = '';
    for (const { onGap } of this.subscriptions) onGap();
  }

  private beat(): void {
    for (const connection of Object.values(this.connections!) as Connection[]) {
      if (connection.status !== 'ready') continue;
      // Once more: this process itself may have been too busy to read the first answer in time.
      const answer = connection.ping().catch(() => connection.ping());
      answer.catch((error: Error) => {
        this.problem = error.message;
        if (connection.status === 'ready') connection.disconnect(true);
      });
    }
  }

  /** A server that answers with a refusal (rights, memory) is connected all the same, so it is told here, once. */
  private async answered<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer;
      this.refuses = false;
      return value;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ReplyError' && !this.refuses) this.logger.warn(`Redis refuses a command (${message})`);
      this.refuses ||= name === 'ReplyError';
      throw error;
    }
  }
}

const optionsOf = ({ tls, ...place }: RedisConfig): RedisOptions => ({
  ...place,
  ...(tls ? { tls: {} } : {}),
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: ANSWER_WITHIN_MS,
  disconnectTimeout: GOODBYE_MS,
  retryStrategy: (failures) => Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS),
  // Counts that waited for a server to return would be told twice, or too late.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // Redis.hear does it, and knows then that nothing is missed any more.
  autoResubscribe: false,
  disableClientInfo: true,
});
