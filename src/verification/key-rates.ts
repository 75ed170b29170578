import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../config/config.js';
import { readRateLimits } from '../config/values.js';
import { Clock } from '../platform/clock.js';
import { nameOf, SharedCounts } from '../throttle/shared-counts.js';
import type { SharedTotal } from '../throttle/shared-counts.js';
import type { Refused } from './outcome.js';

const MOST_KEYS = 50_000;
const MOST_LIMITS = 1000;
/** Among those who are counted together; no address begins so. */
const KEY = 'key ';

interface Limit {
  readonly name: string;
  /** As it is counted together: a list of one. */
  readonly rates: readonly [RateLimit];
}

interface Window {
  readonly limit: string;
  endsAt: number;
  /** What this process let pass. */
  taken: number;
  /** How much of that `shared` holds. */
  told: number;
  /** What all replicas together let pass, as this one heard last. */
  shared: number;
}

type Exceeded = NonNullable<Refused['rate']>;

/**
 * How often a key with a rate of its own was used in its current period, over all replicas where they share a Redis.
 * Nobody waits for that: what the others let pass meanwhile is known a moment later.
 */
@Injectable()
export class KeyRates {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_KEYS });
  private readonly limits = new LRUCache<string, Limit>({ max: MOST_LIMITS });

  constructor(
    private readonly shared: SharedCounts,
    private readonly clock: Clock,
  ) {
    shared.subscribe((total) => this.lift(total));
  }

  /** How often it was used in the period that runs, as far as is known here; 0: none does. */
  taken(keyId: string, now: number): number {
    const window = this.windows.peek(keyId);
    return window && window.endsAt > now ? usesOf(window) : 0;
  }

  /** One use; undefined: it is within `text` ("100/minute"), else when the key may be used again. */
  take(keyId: string, text: string, now: number): Exceeded | undefined {
    const limit = this.limitOf(text);
    if (!limit) return undefined;
    const { name, rates } = limit;
    const [rate] = rates;
    let window = this.windows.get(keyId);
    if (!window || window.endsAt <= now || window.limit !== name)
      this.windows.set(keyId, (window = freshWindow(name, now + rate.windowSeconds * 1000)));
    if (usesOf(window) >= rate.limit)
      return { label: rate.label, retryAfterSeconds: Math.ceil((window.endsAt - now) / 1000) };
    window.taken += 1;
    this.shared.add(KEY + keyId, rates);
    return undefined;
  }

  private limitOf(text: string): Limit | undefined {
    const known = this.limits.get(text);
    if (known) return known;
    const [rate] = readRateLimits(text) ?? [];
    if (!rate) return undefined;
    const limit: Limit = { name: nameOf(rate), rates: [rate] };
    this.limits.set(text, limit);
    return limit;
  }

  /** All together end the period at the same time; where they know less than before, theirs was lost and began anew. */
  private lift({ client, limit, total, leftMs, told }: SharedTotal): void {
    if (!client.startsWith(KEY)) return;
    const keyId = client.slice(KEY.length);
    const now = this.clock.millis();
    let window = this.windows.peek(keyId);
    if (!window || window.endsAt <= now) this.windows.set(keyId, (window = freshWindow(limit, now + leftMs)));
    // What was counted for another limit, from before the key's was changed.
    if (window.limit !== limit || total < window.shared) return;
    window.shared = total;
    window.told = Math.min(window.told + told, window.taken);
    window.endsAt = now + leftMs;
  }
}

const freshWindow = (limit: string, endsAt: number): Window => ({
  limit,
  endsAt,
  taken: 0,
  told: 0,
  shared: 0,
});

const usesOf = ({ taken, told, shared }: Window): number => shared + taken - told;
