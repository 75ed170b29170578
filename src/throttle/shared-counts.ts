import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { RateLimit } from '../config/config.js';
import { Redis } from '../database/redis.js';
import { COUNT_TOGETHER } from './count-together.js';
import { MOST_SEEN } from './window.js';

const CHANNEL = 'blocked';
const PREFIX = 'apikm:throttle:';
/** Between two reports. The first refusal after a quiet time is told at once. */
const GATHER_MS = 50;
/** Refusals of more clients than that within `GATHER_MS` are counted here alone. */
const MOST_CLIENTS = 10_000;
/** Redis does nothing else while a script runs: not for too long. */
const WINDOWS_A_SCRIPT = 200;

/** What all replicas together have counted of a client, or of whatever else has a limit, for one of its limits. */
export interface SharedTotal {
  readonly client: string;
  readonly limit: string;
  readonly total: number;
  readonly leftMs: number;
  /** How many hits without a token this replica has just added to it. */
  readonly told: number;
}

interface Report {
  readonly limits: readonly RateLimit[];
  hits: number;
  readonly tokens: Set<string>;
}

/**
 * The counts of all replicas, in Redis. What is counted here is gathered and told in one go, at most one at a time
 * and twenty a second: where every verification counts, a client that asks 10,000 times a second costs Redis no more
 * than one that asks twenty times. Nobody waits for it. While Redis is away this replica's own count holds.
 */
@Injectable()
export class SharedCounts implements OnModuleInit {
  private gathered = new Map<string, Report>();
  private reporting = false;
  private readonly subscribers: ((total: SharedTotal) => void)[] = [];

  constructor(private readonly redis: Redis) {}

  onModuleInit(): void {
    this.redis.subscribe(CHANNEL, (message) => this.hear(message));
  }

  /** Whoever counts hears of everybody's totals, and knows its own by the names of its clients. */
  subscribe(onTotal: (total: SharedTotal) => void): void {
    this.subscribers.push(onTotal);
  }

  /** One more for this client and its limits; of the same `token` all replicas together count one a window. */
  add(client: string, limits: readonly RateLimit[], token?: string): void {
    if (!this.isShared) return;
    let report = this.gathered.get(client);
    if (!report) {
      if (this.gathered.size >= MOST_CLIENTS) return;
      this.gathered.set(client, (report = { limits, hits: 0, tokens: new Set() }));
    }
    if (token === undefined || report.tokens.size >= MOST_SEEN) report.hits += 1;
    else report.tokens.add(token);
    this.start();
  }

  /** Whether there is anybody to count with. */
  protected get isShared(): boolean {
    return this.redis.isUsed;
  }

  private start(): void {
    if (this.reporting) return;
    this.reporting = true;
    setImmediate(() => void this.report());
  }

  private async report(): Promise<void> {
    const windows = [...this.gathered].flatMap(([client, { limits, hits, tokens }]) => {
      const seen = [...tokens].map(shorten);
      return limits.map((limit) => ({ client, limit, hits, tokens: seen }));
    });
    this.gathered = new Map();
    // What couldn't be told is counted here; told later, it might count twice.
    await Promise.allSettled(this.inScripts(windows).map((part) => this.count(part)));
    setTimeout(() => {
      this.reporting = false;
      if (this.gathered.size) this.start();
    }, GATHER_MS).unref();
  }

  private inScripts(windows: readonly ReportedWindow[]): ReportedWindow[][] {
    const scripts = new Map<string, ReportedWindow[][]>();
    for (const window of windows) {
      const part = this.redis.partOf(window.client);
      let lists = scripts.get(part);
      if (!lists) scripts.set(part, (lists = [[]]));
      if (lists.at(-1)!.length === WINDOWS_A_SCRIPT) lists.push([]);
      lists.at(-1)!.push(window);
    }
    return [...scripts.values()].flat();
  }

  protected async count(windows: readonly ReportedWindow[]): Promise<void> {
    const keys = windows.map(
      ({ client, limit }) => `${PREFIX}${this.redis.partOf(client)}${nameOf(limit)}:${client}`,
    );
    const args = windows.flatMap(({ limit: { limit, windowSeconds }, hits, tokens }) => [
      limit,
      windowSeconds * 1000,
      hits,
      tokens.length,
      ...tokens,
    ]);
    const options = [this.redis.channel(CHANNEL), MOST_SEEN];
    const replies = (await this.redis.run(COUNT_TOGETHER, keys, [...options, ...args])) as number[];
    for (const [i, { client, limit, hits: told }] of windows.entries()) {
      const [total, leftMs] = [replies[2 * i]!, replies[2 * i + 1]!];
      this.tell({ client, limit: nameOf(limit), total, leftMs, told });
    }
  }

  protected tell(total: SharedTotal): void {
    for (const subscriber of this.subscribers) subscriber(total);
  }

  /** Told by the script when a client reaches its limit, so that it is blocked where it hasn't been yet. */
  private hear(message: string): void {
    const [, left, limit, client] = MESSAGE.exec(message) ?? [];
    if (limit === undefined) return;
    const total = Number(limit.split('/')[0]);
    const leftMs = Math.min(Number(left), Number(limit.split('/')[1]) * 1000);
    this.tell({ client: client!, limit, total, leftMs, told: 0 });
  }
}

export interface ReportedWindow {
  readonly client: string;
  readonly limit: RateLimit;
  readonly hits: number;
  readonly tokens: readonly string[];
}

const MESSAGE = new RegExp(`^(\\d+) ${PREFIX}(?:\\{\\d+\\})?(\\d+/\\d+):(.+)$`, 's');

/** Of a limit, for all replicas: while a setting is being changed, old and new ones run side by side. */
export const nameOf = ({ limit, windowSeconds }: RateLimit): string => `${limit}/${windowSeconds}`;

/** Enough to tell a client's refused keys apart, and not the digest by which a key is found. */
const shorten = (token: string): string => hash('sha256', token, 'base64url').slice(0, 11);
