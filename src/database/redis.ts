import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { RedisConfig } from '../config/config.js';
import type { RedisLinks } from './redis-connections.js';
import type { LinkUser } from './redis-link.js';

const BEAT_MS = 1000;
/** A beat that is published is heard before the next but one. */
const MOST_UNHEARD = 2;
/** Of a cluster's keys: each lies on one node as a whole. */
const PARTS = 16;
const tagOf = (part: number): string => `{${part}}`;
/** Nothing stands there. */
const PROBES = Array.from({ length: PARTS }, (_, part) => `apikm:${tagOf(part)}`);
/** How a cluster, or a server that was a master, says that it isn't in order: it is no refusal. */
const OUT_OF_ORDER = /^(?:CLUSTERDOWN|MOVED|ASK|TRYAGAIN|MASTERDOWN|LOADING|READONLY)\b/;

interface Subscription {
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  readonly onGap: () => void;
}

/**
 * What replicas share where the settings name a Redis: one server, a cluster, or whichever server sentinels call the
 * master. It is never needed: without it, or while it is away, every command fails at once, and whoever gave it goes on
 * alone. Connects by itself and again, and never stops a start.
 */
export class Redis implements OnModuleInit, OnApplicationShutdown, LinkUser {
  private readonly logger = new Logger('Redis');
  private readonly subscriptions: Subscription[] = [];
  private connected: boolean | undefined;
  private hears = false;
  private refuses = false;
  private stopped = false;
  private problem = '';
  private connecting: Promise<void> | undefined;
  private beating: NodeJS.Timeout | undefined;
  private unheard = 0;

  /** Use `open`. */
  constructor(
    private readonly links: RedisLinks | undefined,
    private readonly config: Pick<RedisConfig, 'kind' | 'db'>,
  ) {
    if (!links) return;
    const { commands, listening } = links;
    commands.watch(this);
    listening.watch(this);
    listening.client
      .on('ready', () => void this.hear())
      .on('message', (channel: string, message: string) => this.deliver(channel, message));
    if (config.kind !== 'server') this.subscribe(`beat:${randomUUID()}`, () => (this.unheard = 0));
  }

  /** @param config undefined: the settings name no Redis, so the library isn't even loaded. */
  static async open(config: RedisConfig | undefined): Promise<Redis> {
    if (!config) return new Redis(undefined, { kind: 'server', db: 0 });
    const { openLinks } = await import('./redis-connections.js');
    return new Redis(openLinks(config, PROBES), config);
  }

  get isUsed(): boolean {
    return this.links !== undefined;
  }

  /** Commands are answered and messages are heard. */
  get isConnected(): boolean {
    return this.connected === true;
  }

  onModuleInit(): void {
    if (!this.links) return;
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
    if (this.links?.listening.isReady) void this.hear();
  }

  /** Reaches every replica that listens, this one too. @throws Error when Redis is away or too slow */
  async publish(channel: string, message: string): Promise<void> {
    if (this.links) await this.answered(this.links.commands.client.publish(this.channel(channel), message));
  }

  /**
   * Runs a Lua script, with keys of one part. @throws Error when Redis is away or too slow; it may have run all the same
   */
  async run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.answered(this.links!.commands.client.eval(script, keys.length, ...keys, ...args));
  }

  /** The full name of a channel: those of a server are common to all its numbered databases. */
  channel(name: string): string {
    return `apikm:${this.config.db}:${name}`;
  }

  /**
   * To stand in the keys of whatever has this name. A cluster takes keys of one part together, and spreads the parts
   * over its nodes; elsewhere all are in one.
   */
  partOf(name: string): string {
    if (this.config.kind !== 'cluster') return '';
    let sum = 0;
    for (const byte of Buffer.from(name)) sum = (sum * 31 + byte) % 65_521;
    return tagOf(sum % PARTS);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearInterval(this.beating);
    this.links?.commands.stop();
    this.links?.listening.stop();
  }

  failed(problem: string): void {
    this.problem = problem;
  }

  lost(): void {
    this.problem ||= 'it closed the connection';
    this.changed();
  }

  /** A loss and a return are told once each, however many tries lie between them. */
  changed(): void {
    const connected = this.isWhole();
    if (this.stopped || connected === this.connected) return;
    // One of the two is there and the other one on its way.
    if (!connected && this.problem === '') return;
    this.connected = connected;
    if (connected) this.logger.log('Redis is connected: replicas share counts and changes');
    else
      this.logger.warn(`Redis is not connected (${this.problem}): this replica counts on its own meanwhile`);
    this.problem = '';
    for (const { onGap } of this.subscriptions) onGap();
  }

  private isWhole(): boolean {
    const { commands, listening } = this.links!;
    this.hears &&= listening.isReady;
    return this.hears && commands.isReady;
  }

  private async connectFirst(): Promise<void> {
    if (!this.links) return;
    this.links.listening.connect().catch(() => {});
    await this.links.commands.connect().catch(() => {});
  }

  private async hear(): Promise<void> {
    const { listening } = this.links!;
    const channels = this.subscriptions.map(({ channel }) => channel);
    try {
      if (channels.length) await listening.client.subscribe(...channels);
      this.hears = true;
      this.unheard = 0;
      this.changed();
    } catch (error) {
      listening.leave(this, (error as Error).message);
    }
  }

  private deliver(channel: string, message: string): void {
    for (const subscription of this.subscriptions)
      if (subscription.channel === channel) subscription.onMessage(message);
  }

  private beat(): void {
    const { commands, listening } = this.links!;
    commands.beat(this);
    listening.beat(this);
    if (this.config.kind !== 'server' && this.connected) this.hearOneself();
  }

  /** Commands and messages may go by servers that have lost each other, and then what one publishes is heard by nobody. */
  private hearOneself(): void {
    if (this.unheard >= MOST_UNHEARD) {
      this.unheard = 0;
      this.links!.listening.leave(this, 'published messages are not received');
      return;
    }
    this.unheard += 1;
    const [own] = this.subscriptions;
    this.links!.commands.client.publish(own!.channel, '').catch(() => (this.unheard = 0));
  }

  /** A server that answers with a refusal (rights, memory) is connected all the same, so it is told here, once. */
  private async answered<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer;
      this.refuses = false;
      return value;
    } catch (error) {
      const { name, message } = error as Error;
      const isRefusal = name === 'ReplyError' && !OUT_OF_ORDER.test(message);
      if (isRefusal && !this.refuses) this.logger.warn(`Redis refuses a command (${message})`);
      this.refuses ||= isRefusal;
      throw error;
    }
  }
}
