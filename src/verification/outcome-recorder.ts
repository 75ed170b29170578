import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import { UsageService } from '../usage/usage.service.js';
import type { KeySnapshot } from './decide.js';
import { KeyRates } from './key-rates.js';
import { isInvalid, isUntold } from './outcome.js';
import type { Outcome, Refused } from './outcome.js';

/** Counts an outcome once: for the key's use, for its own rate, and for the throttle of who asked. */
@Injectable()
export class OutcomeRecorder {
  private readonly countsAll: boolean;

  constructor(
    config: Config,
    private readonly usage: UsageService,
    private readonly throttle: ThrottleStorage,
    private readonly rates: KeyRates,
  ) {
    this.countsAll = config.verification.rateLimitCounts === 'all';
  }

  /** A refusal without a key of ours; the same text again is no new guess. */
  refused(client: string, token: string, outcome: Outcome): Outcome {
    this.throttle.count(client, this.countsAll ? undefined : token);
    return outcome;
  }

  refusedKey(client: string, key: KeySnapshot, now: number, outcome: Refused): Outcome {
    this.usage.refused(key.keyId, now);
    // Nothing was said against the key, nor against who presents it.
    if (isUntold(outcome.code)) return outcome;
    if (isInvalid(outcome.code)) this.throttle.disprove(client, key.digest);
    return this.refused(client, key.digest, outcome);
  }

  /** The outcome is a refusal after all where the key has used up its own rate. */
  accepted(client: string, key: KeySnapshot, now: number): Outcome {
    if (this.countsAll) this.throttle.count(client);
    else this.throttle.prove(client, key.digest);
    const rate = key.rateLimit === null ? undefined : this.rates.take(key.keyId, key.rateLimit, now);
    if (rate) {
      this.usage.refused(key.keyId, now);
      return { valid: false, code: 'RATE_LIMITED', rate };
    }
    this.usage.accepted(key.keyId, now);
    return { valid: true, key };
  }
}
