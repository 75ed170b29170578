import { Inject, Injectable } from '@nestjs/common';
import { digestOf, shapeOf } from '../api-keys/key-material.js';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import { UsageService } from '../usage/usage.service.js';
import type { Presented } from './carriers.js';
import { decide } from './decide.js';
import type { KeySnapshot, RefusalCode, VerificationContext } from './decide.js';
import { KeyLookup } from './key-lookup.js';

export type Outcome =
  { readonly valid: true; readonly key: KeySnapshot } | { readonly valid: false; readonly code: RefusalCode };

/** The order of the steps: shape, look-up, decision, count. */
@Injectable()
export class VerificationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lookup: KeyLookup,
    private readonly usage: UsageService,
    private readonly throttle: ThrottleStorage,
    private readonly clock: Clock,
  ) {}

  /** @param client the throttle's bucket of who asks. @throws DomainError unavailable, when it can't be told. */
  async verify(
    presented: Presented,
    context: Omit<VerificationContext, 'inUrl'>,
    client: string,
  ): Promise<Outcome> {
    const outcome = await this.judge(presented, context);
    this.count(outcome, presented, client);
    return outcome;
  }

  private async judge(presented: Presented, context: Omit<VerificationContext, 'inUrl'>): Promise<Outcome> {
    if (presented.kind === 'none') return { valid: false, code: 'MISSING' };
    if (presented.kind === 'ambiguous') return { valid: false, code: 'AMBIGUOUS' };
    if (shapeOf(presented.secret, this.config.keys.prefix) === 'malformed')
      return { valid: false, code: 'MALFORMED' };
    const key = await this.lookup.find(digestOf(presented.secret).toString('hex'));
    if (!key) return { valid: false, code: 'UNKNOWN' };
    const now = this.clock.now().getTime();
    const policy = {
      keysInUrl: this.config.keys.allowedInUrl,
      maxStalenessSeconds: this.config.sync.maxStalenessSeconds,
      lastSyncFailed: false,
    };
    const code = decide(key, { ...context, inUrl: presented.inUrl }, now, policy);
    if (code) this.usage.refused(key.keyId, now);
    else this.usage.accepted(key.keyId, now);
    return code ? { valid: false, code } : { valid: true, key };
  }

  /** A missing key is no guess; the same bad key again is no new one. */
  private count(outcome: Outcome, presented: Presented, client: string): void {
    if (this.config.verification.rateLimitCounts === 'all') this.throttle.count(client);
    else if (!outcome.valid && outcome.code !== 'MISSING') {
      const token = presented.kind === 'key' ? digestOf(presented.secret).toString('base64') : 'ambiguous';
      this.throttle.count(client, token);
    }
  }
}
