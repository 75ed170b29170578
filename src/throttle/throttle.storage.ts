import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import type { RateLimit } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { ProvenKeys } from './proven-keys.js';
import { SharedCounts } from './shared-counts.js';
import type { SharedTotal } from './shared-counts.js';
import { freshWindow, hit, isReached, lifted } from './window.js';
import type { Window } from './window.js';

const MOST_CLIENTS = 50_000;

export interface Blocked {
  readonly limit: RateLimit;
  readonly retryAfterSeconds: number;
}

/** Who asks, and about what: the bucket of the client, and the digest of the key that it presents. */
export interface Throttled {
  readonly client: string;
  readonly digest: string | undefined;
}

/**
 * Counts per client and window in bounded memory; the least recently seen client is forgotten first. What other
 * replicas count lifts the windows here, when it comes: no verification waits for it.
 */
@Injectable()
export class ThrottleStorage {
  /** Of each client one window a limit, in the limits' order. */
  private readonly clients = new LRUCache<string, Window[]>({ max: MOST_CLIENTS });
  private readonly proven = new ProvenKeys();
  turnedAway = 0;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly shared: SharedCounts,
  ) {
    shared.subscribe((total) => this.lift(total));
  }

  /** The limit that this client has reached, if any; counts nothing. */
  blocked(client: string): Blocked | undefined {
    const windows = this.clients.get(client);
    if (!windows) return undefined;
    const now = this.clock.millis();
    const { rateLimits } = this.config.verification;
    const reached = rateLimits.findIndex(({ limit }, i) => isReached(windows[i]!, limit, now));
    if (reached < 0) return undefined;
    const retryAfterSeconds = Math.ceil((windows[reached]!.endsAt - now) / 1000);
    return { limit: rateLimits[reached]!, retryAfterSeconds };
  }

  /** The same, but a key that this client has proven good goes on passing. */
  blockedFor({ client, digest }: Throttled): Blocked | undefined {
    const blocked = this.blocked(client);
    if (!blocked || (digest !== undefined && this.proven.has(client, digest))) return undefined;
    this.turnedAway += 1;
    return blocked;
  }

  /** One more for this client; with a `token` (a refused key's digest) the same one again within the window is free. */
  count(client: string, token?: string): void {
    const { rateLimits } = this.config.verification;
    if (rateLimits.length === 0) return;
    const now = this.clock.millis();
    const windows = this.windowsOf(client);
    let counted = false;
    rateLimits.forEach(({ windowSeconds }, i) => {
      if (windows[i]!.endsAt <= now) windows[i] = freshWindow(now + windowSeconds * 1000);
      counted = hit(windows[i]!, token) || counted;
    });
    if (counted) this.shared.add(client, token);
  }

  /** Remembers that this key was good from this client, so that a bad one beside it doesn't stop it. */
  prove(client: string, token: string): void {
    this.proven.add(client, token);
  }

  disprove(client: string, token: string): void {
    this.proven.delete(client, token);
  }

  private lift({ client, index, total, leftMs }: SharedTotal): void {
    const windows = this.windowsOf(client);
    const now = this.clock.millis();
    windows[index] = lifted(windows[index]!, total, now + leftMs, now);
  }

  private windowsOf(client: string): Window[] {
    let windows = this.clients.get(client);
    if (!windows) {
      windows = this.config.verification.rateLimits.map(() => freshWindow(0));
      this.clients.set(client, windows);
    }
    return windows;
  }
}
