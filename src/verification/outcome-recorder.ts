import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import { UsageRecorder } from '../usage/usage-recorder.js';
import { KeyRates } from './key-rates.js';
import { isInvalid, OUTCOMES } from './outcome.js';
import type { Key, Outcome, Refused } from './outcome.js';
import type { Attempt } from './request-reader.js';

/** Counts an outcome once: for the key's use, for its own rate, and for the throttle of who asked. */
@Injectable()
export class OutcomeRecorder {
  private readonly countsAll: boolean;

  constructor(
    config: Config,
    private readonly usage: UsageRecorder,
    private readonly throttle: ThrottleStorage,
    private readonly rates: KeyRates,
  ) {
    this.countsAll = config.verification.rateLimitCounts === 'all';
  }

  /** Turned away before any query, unless this client has proven this key good. */
  blocked({ client, digest }: Attempt): Refused | undefined {
    const blocked = this.throttle.blockedFor({ client, digest });
    if (!blocked) return undefined;
    const { limit, retryAfterSeconds } = blocked;
    return { valid: false, code: 'BLOCKED', rate: { label: limit.label, retryAfterSeconds } };
  }

  /** Whether this client has shown before that this key is good. */
  hasProven({ client, digest }: Attempt): boolean {
    return digest !== undefined && this.throttle.hasProven(client, digest);
  }

  /** Whether its look-up may begin, after a while if need be; it then has to `end`. */
  begin({ client }: Attempt, patienceMs: number): boolean | Promise<boolean> {
    return this.throttle.lookups.enter(client, patienceMs);
  }

  end({ client }: Attempt): void {
    this.throttle.lookups.leave(client);
  }

  /** A refusal without a key of ours; the same text again is no new guess. */
  refused(client: string, token: string, outcome: Outcome): Outcome {
    this.throttle.count(client, this.countsAll ? undefined : token);
    return outcome;
  }

  refusedKey(client: string, key: Key, now: number, outcome: Refused): Outcome {
    this.usage.refused(key.keyId, now);
    // Nothing was said against the key, nor against who presents it.
    if (OUTCOMES[outcome.code].kind === 'undecided') return outcome;
    if (isInvalid(outcome.code)) this.throttle.disprove(client, key.digest);
    return this.refused(client, key.digest, outcome);
  }

  /** The outcome is a refusal after all where the key has used up its own rate. */
  accepted(client: string, key: Key, now: number): Outcome {
    if (this.countsAll) this.throttle.count(client);
    else this.throttle.prove(client, key.digest);
    const { rateLimit } = key.limits;
    const rate = rateLimit === null ? undefined : this.rates.take(key.keyId, rateLimit, now);
    if (rate) {
      this.usage.refused(key.keyId, now);
      return { valid: false, code: 'RATE_LIMITED', rate };
    }
    this.usage.accepted(key.keyId, now);
    return { valid: true, key };
  }
}
