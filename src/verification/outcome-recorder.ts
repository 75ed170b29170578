import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { networkOf } from '../platform/client-address.js';
import { userAgentFamily } from '../platform/user-agent.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import { RefusalLog } from '../usage/refusal-log.js';
import { UsageRecorder } from '../usage/usage-recorder.js';
import type { Source } from '../usage/usage-recorder.js';
import { KeyRates } from './key-rates.js';
import { isInvalid, OUTCOMES } from './outcome.js';
import type { Key, Outcome, Refused } from './outcome.js';
import type { Attempt } from './request-reader.js';
import { writeRequirements } from './requirements.js';

/** Counts an outcome once: for the key's use, for its own rate, and for the throttle of who asked. */
@Injectable()
export class OutcomeRecorder {
  private readonly countsAll: boolean;

  constructor(
    config: Config,
    private readonly usage: UsageRecorder,
    private readonly throttle: ThrottleStorage,
    private readonly rates: KeyRates,
    private readonly refusals: RefusalLog,
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

  refusedKey(attempt: Attempt, key: Key, now: number, outcome: Refused): Outcome {
    const { client } = attempt;
    this.keep(attempt, key, now, outcome);
    // Nothing was said against the key, nor against who presents it.
    if (OUTCOMES[outcome.code].kind === 'undecided') return outcome;
    if (isInvalid(outcome.code)) this.throttle.disprove(client, key.digest);
    return this.refused(client, key.digest, outcome);
  }

  /** The outcome is a refusal after all where the key has used up its own rate. */
  accepted(attempt: Attempt, key: Key, now: number): Outcome {
    const { client } = attempt;
    if (this.countsAll) this.throttle.count(client);
    else this.throttle.prove(client, key.digest);
    const { rateLimit } = key.limits;
    const rate = rateLimit === null ? undefined : this.rates.take(key.keyId, rateLimit, now);
    if (rate) return this.keep(attempt, key, now, { valid: false, code: 'RATE_LIMITED', rate });
    this.usage.accepted(key.keyId, now, sourceOf(attempt));
    return { valid: true, key };
  }

  /** How often a key with a rate of its own was used in its current period, as far as is known here. */
  usesOf({ keyId }: Key, now: number): number {
    return this.rates.taken(keyId, now);
  }

  /** For the key's owner: how often, and why. */
  private keep(
    { context, address, userAgent }: Attempt,
    { keyId }: Key,
    now: number,
    outcome: Refused,
  ): Refused {
    const { audience = null, require } = context;
    this.usage.refused(keyId, now, outcome.code, audience ?? undefined);
    const network = address === undefined ? null : networkOf(address);
    const requirement = require?.length ? writeRequirements(require) : null;
    const agent = userAgentFamily(userAgent);
    this.refusals.record({ keyId, code: outcome.code, audience, network, agent, requirement }, now);
    return outcome;
  }
}

const sourceOf = ({ address, userAgent, context, presented }: Attempt): Source => ({
  address,
  userAgent,
  audience: context.audience,
  carrier: presented.kind === 'key' ? presented.carrier : '',
});
