import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { LRUCache } from 'lru-cache';
import { Config } from '../config/config.js';
import type { RateLimit } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { ProvenKeys } from './proven-keys.js';
import type { RouteLimit } from '../platform/limited-by.js';
import { limitsOf } from './limits.js';
import { nameOf, SharedCounts } from './shared-counts.js';
import type { SharedTotal } from './shared-counts.js';
import { Turns } from './turns.js';
import { freshWindow, hit, isReached, lifted } from './window.js';
import type { Window } from './window.js';

const MOST_CLIENTS = 50_000;

export interface Blocked {
  readonly limit: RateLimit;
  readonly retryAfterSeconds: number;
}

/** Who asks, and about what: the bucket of the caller's address, and the digest of the key that it presents. */
export interface Caller {
  readonly client: string;
  readonly digest: string | undefined;
}

/**
 * Counts per client and window in bounded memory; the least recently seen client is forgotten first. What other
 * replicas count lifts the windows here, when it comes: nobody waits for it. Verification counts refused keys,
 * each once; @nestjs/throttler's guard counts the calls of a route. Both in the same windows, each under its name.
 */
@Injectable()
export class ThrottleStorage implements ThrottlerStorage {
  /** Of each client one window a limit, in the limits' order. */
  private readonly clients = new LRUCache<string, Window[]>({ max: MOST_CLIENTS });
  private readonly proven = new ProvenKeys();
  private readonly limits: ReturnType<typeof limitsOf>;
  /** Look-ups of keys: never more under way for a client than it may still have refused. */
  readonly lookups = new Turns((client) => this.left(client));
  turnedAway = 0;

  constructor(
    config: Config,
    private readonly clock: Clock,
    private readonly shared: SharedCounts,
  ) {
    this.limits = limitsOf(config);
    shared.subscribe((total) => this.lift(total));
  }

  /** Callers that are counted at the moment. */
  get size(): number {
    return this.clients.size;
  }

  /** The limit that this client has reached, if any; counts nothing. */
  blocked(client: string): Blocked | undefined {
    const windows = this.clients.get(client);
    return windows && this.reached(windows, this.limits.verification);
  }

  /** The same, but a key that this client has proven good goes on passing. */
  blockedFor({ client, digest }: Caller): Blocked | undefined {
    const blocked = this.blocked(client);
    if (!blocked || (digest !== undefined && this.hasProven(client, digest))) return undefined;
    this.turnedAway += 1;
    return blocked;
  }

  /** How many refusals this client has left in its windows. */
  private left(client: string): number {
    const windows = this.clients.get(client);
    const now = this.clock.millis();
    const leftOf = ({ limit }: RateLimit, i: number): number =>
      windows && windows[i]!.endsAt > now ? limit - Math.max(windows[i]!.hits, windows[i]!.shared) : limit;
    return Math.min(...this.limits.verification.map(leftOf));
  }

  /** One more for this client; with a `token` (a refused key's digest) the same one again within the window is free. */
  count(client: string, token?: string): void {
    this.hit(client, this.limits.verification, token);
  }

  /** One call of a route, for the library's guard. Times are in seconds, as it takes them. */
  increment(
    caller: string,
    ttl: number,
    limit: number,
    _blockMs: number,
    name: string,
  ): ReturnType<ThrottlerStorage['increment']> {
    const one = this.limits[name as RouteLimit].filter((it) => it.limit === limit && millis(it) === ttl);
    const [{ hits, shared, endsAt }] = this.hit(`${name} ${limit}/${ttl} ${caller}`, one) as [Window];
    const totalHits = Math.max(hits, shared);
    const left = Math.ceil((endsAt - this.clock.millis()) / 1000);
    const isBlocked = totalHits > limit;
    return Promise.resolve({
      totalHits,
      timeToExpire: left,
      isBlocked,
      timeToBlockExpire: isBlocked ? left : 0,
    });
  }

  /** Remembers that this key was good from this client, so that a bad one beside it doesn't stop it. */
  prove(client: string, token: string): void {
    this.proven.add(client, token);
  }

  hasProven(client: string, token: string): boolean {
    return this.proven.has(client, token);
  }

  disprove(client: string, token: string): void {
    this.proven.delete(client, token);
  }

  /** @param now milliseconds since 1970 */
  forgetEnded(now: number): void {
    for (const [client, windows] of this.clients.entries())
      if (windows.every(({ endsAt }) => endsAt <= now)) this.clients.delete(client);
  }

  private hit(client: string, limits: readonly RateLimit[], token?: string): Window[] {
    const now = this.clock.millis();
    const windows = this.windowsOf(client, limits);
    let counted = false;
    limits.forEach(({ windowSeconds }, i) => {
      if (windows[i]!.endsAt <= now) windows[i] = freshWindow(now + windowSeconds * 1000);
      counted = hit(windows[i]!, token) || counted;
    });
    if (counted) this.shared.add(client, limits, token);
    return windows;
  }

  private reached(windows: readonly Window[], limits: readonly RateLimit[]): Blocked | undefined {
    const now = this.clock.millis();
    const reached = limits.findIndex(({ limit }, i) => isReached(windows[i]!, limit, now));
    if (reached < 0) return undefined;
    const retryAfterSeconds = Math.ceil((windows[reached]!.endsAt - now) / 1000);
    return { limit: limits[reached]!, retryAfterSeconds };
  }

  private lift({ client, limit, total, leftMs }: SharedTotal): void {
    const limits = this.limitsFor(client);
    const index = limits.findIndex((one) => nameOf(one) === limit);
    if (index < 0) return;
    const windows = this.windowsOf(client, limits);
    const now = this.clock.millis();
    windows[index] = lifted(windows[index]!, total, now + leftMs, now);
  }

  /** Callers of a route stand under the name of its limit, and a bucket of addresses holds no space. Others aren't ours. */
  private limitsFor(client: string): readonly RateLimit[] {
    const [name, window] = client.split(' ', 2);
    if (window === undefined) return this.limits.verification;
    const limits = Object.hasOwn(this.limits, name!) ? this.limits[name as RouteLimit] : [];
    return limits.filter((it) => `${it.limit}/${millis(it)}` === window);
  }

  private windowsOf(client: string, limits: readonly RateLimit[]): Window[] {
    let windows = this.clients.get(client);
    if (!windows) {
      windows = limits.map(() => freshWindow(0));
      this.clients.set(client, windows);
    }
    return windows;
  }
}

const millis = ({ windowSeconds }: RateLimit): number => windowSeconds * 1000;
