import { Inject, Injectable } from '@nestjs/common';
import { digestHex, shapeOf } from '../api-keys/key-material.js';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { decide } from './decide.js';
import type { KeySnapshot, RefusalCode, VerificationPolicy } from './decide.js';
import { KeyLookup } from './key-lookup.js';
import type { Outcome, Refused } from './outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import type { Attempt } from './request-reader.js';

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
  private readonly prefix: string;
  private readonly policy: VerificationPolicy;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly lookup: KeyLookup,
    private readonly recorder: OutcomeRecorder,
    private readonly clock: Clock,
    owners: OwnersService,
  ) {
    this.prefix = config.keys.prefix;
    this.policy = {
      keysInUrl: config.keys.allowedInUrl,
      maxStalenessSeconds: config.sync.maxStalenessSeconds,
      get lastSyncFailed() {
        return owners.lastSyncFailed;
      },
    };
  }

  /** At once when no query is needed, which is nearly always: a promise takes longer than all the rest. */
  verify(attempt: Attempt): Outcome | Promise<Outcome> {
    const { presented, digest, client } = attempt;
    if (presented.kind === 'ambiguous') return this.recorder.refused(client, TWO_KEYS, AMBIGUOUS);
    if (presented.kind === 'none' || digest === undefined) return MISSING;
    const now = this.clock.millis();
    const key = this.lookup.known(digest, now);
    if (key !== undefined) return this.conclude(attempt, digest, key, now);
    const isMalformed = shapeOf(presented.secret, this.prefix) === 'malformed';
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
