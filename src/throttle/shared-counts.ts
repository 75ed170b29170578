import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Config } from '../config/config.js';
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

/** What all replicas together have counted of a client, for the limit of this index. */
export interface SharedTotal {
  readonly client: string;
  readonly index: number;
  readonly total: number;
  readonly leftMs: number;
}

interface Report {
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
  private readonly limits: readonly RateLimit[];
  private gathered = new Map<string, Report>();
  private reporting = false;
  private onTotal: (total: SharedTotal) => void = () => {};

  constructor(
    config: Config,
    private readonly redis: Redis,
  ) {
    this.limits = config.verification.rateLimits;
  }

  onModuleInit(): void {
    this.redis.subscribe(CHANNEL, (message) => this.hear(message));
  }

  subscribe(onTotal: (total: SharedTotal) => void): void {
    this.onTotal = onTotal;
  }

  /** One more for this client; of the same `token` all replicas together count one a window. */
  add(client: string, token?: string): void {
    if (!this.redis.isUsed) return;
    let report = this.gathered.get(client);
    if (!report) {
      if (this.gathered.size >= MOST_CLIENTS) return;
      this.gathered.set(client, (report = { hits: 0, tokens: new Set() }));
    }
    if (token === undefined || report.tokens.size >= MOST_SEEN) report.hits += 1;
    else report.tokens.add(token);
    this.start();
  }

  private start(): void {
    if (this.reporting) return;
    this.reporting = true;
    setImmediate(() => void this.report());
  }

  private async report(): Promise<void> {
    const windows = [...this.gathered].flatMap(([client, { hits, tokens }]) => {
      const told = [...tokens].map(shorten);
      return this.limits.map((limit, index) => ({ client, index, limit, hits, tokens: told }));
    });
    this.gathered = new Map();
    const scripts = [];
    for (let i = 0; i < windows.length; i += WINDOWS_A_SCRIPT)
      scripts.push(this.count(windows.slice(i, i + WINDOWS_A_SCRIPT)));
    // What couldn't be told is counted here; told later, it might count twice.
    await Promise.allSettled(scripts);
    setTimeout(() => {
      this.reporting = false;
      if (this.gathered.size) this.start();
    }, GATHER_MS).unref();
  }

  private async count(windows: readonly ReportedWindow[]): Promise<void> {
    const keys = windows.map(({ client, limit }) => `${PREFIX}${nameOf(limit)}:${client}`);
    const args = windows.flatMap(({ limit: { limit, windowSeconds }, hits, tokens }) => [
      limit,
      windowSeconds * 1000,
      hits,
      tokens.length,
      ...tokens,
    ]);
    const options = [this.redis.channel(CHANNEL), MOST_SEEN];
    const replies = (await this.redis.run(COUNT_TOGETHER, keys, [...options, ...args])) as number[];
    windows.forEach(({ client, index }, i) =>
      this.onTotal({ client, index, total: replies[2 * i]!, leftMs: replies[2 * i + 1]! }),
    );
  }

  /** Told by the script when a client reaches its limit, so that it is blocked where it hasn't been yet. */
  private hear(message: string): void {
    const [, left, name, client] = MESSAGE.exec(message) ?? [];
    // While a setting is being changed, replicas with the old limits and the new ones run side by side.
    const index = this.limits.findIndex((limit) => nameOf(limit) === name);
    if (index < 0) return;
    const { limit, windowSeconds } = this.limits[index]!;
    const leftMs = Math.min(Number(left), windowSeconds * 1000);
    this.onTotal({ client: client!, index, total: limit, leftMs });
  }
}

interface ReportedWindow {
  readonly client: string;
  readonly index: number;
  readonly limit: RateLimit;
  readonly hits: number;
  readonly tokens: readonly string[];
}

const MESSAGE = new RegExp(`^(\\d+) ${PREFIX}(\\d+/\\d+):(.+)$`, 's');

const nameOf = ({ limit, windowSeconds }: RateLimit): string => `${limit}/${windowSeconds}`;

/** Enough to tell a client's refused keys apart, and not the digest by which a key is found. */
const shorten = (token: string): string => hash('sha256', token, 'base64url').slice(0, 11);
