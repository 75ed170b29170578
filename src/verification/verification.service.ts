import { Injectable } from '@nestjs/common';
import { digestHex, shapeOf } from '../api-keys/key-material.js';
import { Clock } from '../platform/clock.js';
import { decide } from './decide.js';
import type { KeySnapshot, RefusalCode } from './decide.js';
import { KeyLookup } from './key-lookup.js';
import type { Outcome, Refused } from './outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import type { Attempt } from './request-reader.js';
import { ServicePolicy } from './service-policy.js';
import { VerificationMetrics } from './verification-metrics.js';

const refused = (code: RefusalCode): Refused => ({ valid: false, code });
const MISSING = refused('MISSING');
const AMBIGUOUS = refused('AMBIGUOUS');
const MALFORMED = refused('MALFORMED');
const UNKNOWN = refused('UNKNOWN');
/** All requests with two keys are the same to the throttle. */
const TWO_KEYS = digestHex('ambiguous');
const UNTOLD: Outcome = { valid: false, code: 'LOOKUP_UNAVAILABLE' };

/** The order of the steps: shape, look-up, decision, count. */
@Injectable()
export class VerificationService {
  constructor(
    private readonly policy: ServicePolicy,
    private readonly lookup: KeyLookup,
    private readonly recorder: OutcomeRecorder,
    private readonly metrics: VerificationMetrics,
    private readonly clock: Clock,
  ) {}

  /** At once when no query is needed, which is nearly always: a promise takes longer than all the rest. */
  verify(attempt: Attempt): Outcome | Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = this.judge(attempt);
    return outcome instanceof Promise
      ? outcome.then((told) => this.metrics.observe(told, startedAt))
      : this.metrics.observe(outcome, startedAt);
  }

  private judge(attempt: Attempt): Outcome | Promise<Outcome> {
    const { presented, digest, client } = attempt;
    if (presented.kind === 'ambiguous') return this.recorder.refused(client, TWO_KEYS, AMBIGUOUS);
    if (presented.kind === 'none' || digest === undefined) return MISSING;
    const now = this.clock.millis();
    const key = this.lookup.known(digest, now);
    if (key !== undefined) return this.conclude(attempt, digest, key, now);
    const isMalformed = shapeOf(presented.secret, this.policy.keyPrefix) === 'malformed';
    return isMalformed ? this.recorder.refused(client, digest, MALFORMED) : this.lookUp(attempt, digest);
  }

  private async lookUp(attempt: Attempt, digest: string): Promise<Outcome> {
    const key = await this.lookup.find(digest);
    return key === undefined ? UNTOLD : this.conclude(attempt, digest, key, this.clock.millis());
  }

  /** @param key null: there is none with this digest */
  private conclude(attempt: Attempt, digest: string, key: KeySnapshot | null, now: number): Outcome {
    const { context, client } = attempt;
    if (key === null) return this.recorder.refused(client, digest, UNKNOWN);
    const code = decide(key, context, now, this.policy);
    if (code) return this.recorder.refusedKey(client, key, now, refused(code));
    return this.recorder.accepted(client, key, now);
  }
}
