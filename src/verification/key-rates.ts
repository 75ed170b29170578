import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { readRateLimits } from '../config/values.js';

const MOST_KEYS = 50_000;

interface Window {
  readonly limit: string;
  readonly most: number;
  readonly endsAt: number;
  taken: number;
}

/** How often a key with a rate of its own was used in its current period; each replica counts by itself. */
@Injectable()
export class KeyRates {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_KEYS });

  /** One use. 0: it is within `limit` ("100/minute"); else the seconds until the key may be used again. */
  take(keyId: string, limit: string, now: number): number {
    let window = this.windows.get(keyId);
    if (!window || window.endsAt <= now || window.limit !== limit) {
      const [rate] = readRateLimits(limit) ?? [];
      if (!rate) return 0;
      window = { limit, most: rate.limit, endsAt: now + rate.windowSeconds * 1000, taken: 0 };
      this.windows.set(keyId, window);
    }
    if (window.taken >= window.most) return Math.max(1, Math.ceil((window.endsAt - now) / 1000));
    window.taken += 1;
    return 0;
  }
}
