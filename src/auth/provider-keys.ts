import { createRemoteJWKSet, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { causesOf } from '../platform/causes.js';
import type { Clock } from '../platform/clock.js';
import { ProviderFault } from './provider-faults.js';
import type { ProviderFaults } from './provider-faults.js';

export const TIMEOUT_MS = 5000;
/** A key id that is not published is looked up at most this often. */
const COOLDOWN_MS = 30_000;
const REFRESH_MS = 600_000;
const MOST_REMEMBERED = 1000;

/** Who brought a token: the provider itself, or somebody who may have made its key id up. */
export type BroughtBy = 'provider' | 'anybody';

/**
 * The provider's published keys. Known ones go on working while it is away, those withdrawn are forgotten within
 * minutes. A key id that is new is looked up at once; of those that strangers bring one in 30 s is.
 */
export class ProviderKeys {
  private readonly set: ReturnType<typeof createRemoteJWKSet>;
  private readonly lookedUp = new LRUCache<string, number>({ max: MOST_REMEMBERED });
  private reading: Promise<void> | undefined;
  private readAt = -Infinity;
  private strangerAt = -Infinity;

  constructor(
    readonly url: string,
    private readonly clock: Clock,
    private readonly faults: ProviderFaults,
  ) {
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: Infinity };
    this.set = createRemoteJWKSet(new URL(url), options);
  }

  /** For jose. @throws DomainError unavailable, when keys are needed that can't be read. */
  for(by: BroughtBy): JWTVerifyGetKey {
    return async (header, token) => {
      await this.freshen();
      try {
        return await this.set(header, token);
      } catch (error) {
        // The set has looked itself, unless it did within the cooldown.
        if (!isOfSet(error)) throw this.faults.failed('keys', this.faultOf(error));
        const isUnknown = error instanceof errors.JWKSNoMatchingKey;
        if (!isUnknown || !(this.reading || this.mayLookUp(header.kid ?? '', by))) throw error;
        await this.read();
        return this.set(header, token);
      }
    };
  }

  private async freshen(): Promise<void> {
    if (!this.set.jwks()) return this.read();
    if (this.clock.millis() - this.readAt > REFRESH_MS) void this.read().catch(() => {});
  }

  private mayLookUp(kid: string, by: BroughtBy): boolean {
    const now = this.clock.millis();
    const isRecent = (at = -Infinity): boolean => now - at < COOLDOWN_MS;
    if (isRecent(this.lookedUp.get(kid))) return false;
    if (by === 'anybody' && isRecent(this.strangerAt)) return false;
    if (by === 'anybody') this.strangerAt = now;
    this.lookedUp.set(kid, now);
    return true;
  }

  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    this.readAt = this.clock.millis();
    try {
      await this.set.reload();
    } catch (error) {
      throw this.faults.failed('keys', this.faultOf(error));
    }
    this.faults.fine('keys');
  }

  private faultOf(error: unknown): ProviderFault {
    const reason = causesOf(error);
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
      return this.faults.unreachable(this.url, error, reason);
    const message = `The keys of the identity provider can't be read at ${this.url} (${reason}): no token can be proven.`;
    return new ProviderFault('keys_unreadable', message, error);
  }
}

/** What the keys themselves say to a token, not that they could not be read. */
const isOfSet = (error: unknown): boolean =>
  [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported].some(
    (kind) => error instanceof kind,
  );
