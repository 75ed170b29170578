import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import { CONFIG } from '../config/config.js';
import type { Config, RateLimit } from '../config/config.js';
import { Clock } from '../platform/clock.js';

const MOST_CLIENTS = 50_000;

interface Window {
  readonly endsAt: number;
  hits: number;
  readonly seen: Set<string>;
}

export interface Blocked {
  readonly limit: RateLimit;
  readonly retryAfterSeconds: number;
}

/** Counts per client and window in bounded memory; the least recently seen client is forgotten first. */
@Injectable()
export class ThrottleStorage implements ThrottlerStorage {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_CLIENTS });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** The limit that this client has reached, if any; counts nothing. */
  blocked(client: string): Blocked | undefined {
    const now = this.clock.now().getTime();
    for (const limit of this.config.verification.rateLimits) {
      const window = this.windows.get(windowKey(client, limit));
      if (window && window.endsAt > now && window.hits >= limit.limit) {
        return { limit, retryAfterSeconds: Math.ceil((window.endsAt - now) / 1000) };
      }
    }
    return undefined;
  }

  /** One more for this client; with a `token` (a refused key's digest) the same one again within the window is free. */
  count(client: string, token?: string): void {
    for (const limit of this.config.verification.rateLimits)
      this.hit(windowKey(client, limit), limit.windowSeconds * 1000, token);
  }

  async increment(key: string, ttl: number, limit: number, blockDuration: number, throttlerName: string) {
    const window = this.hit(`${throttlerName}:${key}`, ttl);
    const left = Math.ceil((window.endsAt - this.clock.now().getTime()) / 1000);
    const isBlocked = window.hits > limit;
    return {
      totalHits: window.hits,
      timeToExpire: left,
      isBlocked,
      timeToBlockExpire: isBlocked ? Math.min(left, blockDuration / 1000) : 0,
    };
  }

  private hit(key: string, ttl: number, token?: string): Window {
    const now = this.clock.now().getTime();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { endsAt: now + ttl, hits: 0, seen: new Set() };
      this.windows.set(key, window);
    }
    if (token !== undefined && window.seen.has(token)) return window;
    if (token !== undefined) window.seen.add(token);
    window.hits += 1;
    return window;
  }
}

const windowKey = (client: string, limit: RateLimit): string =>
  `${client}|${limit.windowSeconds}|${limit.limit}`;
