import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { readRateLimits } from '../config/values.js';
import type { Refused } from './outcome.js';

const MOST_KEYS = 50_000;

interface Window {
  readonly limit: string;
  readonly label: string;
  readonly most: number;
  readonly endsAt: number;
  taken: number;
}

type Exceeded = NonNullable<Refused['rate']>;

/** How often a key with a rate of its own was used in its current period; each replica counts by itself. */
@Injectable()
export class KeyRates {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_KEYS });

  /** How often it was used in the period that runs; 0: none does. */
  taken(keyId: string, now: number): number {
    const window = this.windows.peek(keyId);
    return window && window.endsAt > now ? window.taken : 0;
  }

  /** One use; undefined: it is within `limit` ("100/minute"), else when the key may be used again. */
  take(keyId: string, limit: string, now: number): Exceeded | undefined {
    let window = this.windows.get(keyId);
    if (!window || window.endsAt <= now || window.limit !== limit) {
      const [rate] = readRateLimits(limit) ?? [];
      if (!rate) return undefined;
      const endsAt = now + rate.windowSeconds * 1000;
      window = { limit, label: rate.label, most: rate.limit, endsAt, taken: 0 };
      this.windows.set(keyId, window);
    }
    if (window.taken >= window.most)
      return { label: window.label, retryAfterSeconds: Math.ceil((window.endsAt - now) / 1000) };
    window.taken += 1;
    return undefined;
  }
}
