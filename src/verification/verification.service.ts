import { Inject, Injectable } from '@nestjs/common';
import { digestHex, shapeOf } from '../api-keys/key-material.js';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { decide } from './decide.js';
import type { KeySnapshot, RefusalCode } from './decide.js';
import { KeyLookup } from './key-lookup.js';
import type { Outcome } from './outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import type { Attempt } from './request-reader.js';

const refused = (code: RefusalCode): Outcome => ({ valid: false, code });
const MISSING = refused('MISSING');
const AMBIGUOUS = refused('AMBIGUOUS');
const MALFORMED = refused('MALFORMED');
const UNKNOWN = refused('UNKNOWN');

/** The order of the steps: shape, look-up, decision, count. */
@Injectable()
export class VerificationService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly lookup: KeyLookup,
    private readonly recorder: OutcomeRecorder,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError unavailable, when it can't be told. */
  async verify(attempt: Attempt): Promise<Outcome> {
    const known = this.verifyKnown(attempt);
    if (known) return known;
    const digest = digestHex((attempt.presented as { secret: string }).secret);
    return this.conclude(attempt, digest, (await this.lookup.find(digest)) ?? null);
  }

  /** The same without waiting; undefined: only a query can tell, and nothing was counted. */
  verifyKnown(attempt: Attempt): Outcome | undefined {
    const { presented } = attempt;
    if (presented.kind === 'none') return MISSING;
    if (presented.kind === 'ambiguous') return this.recorder.refused(attempt.client, 'ambiguous', AMBIGUOUS);
    const digest = digestHex(presented.secret);
    if (shapeOf(presented.secret, this.config.keys.prefix) === 'malformed')
      return this.recorder.refused(attempt.client, digest, MALFORMED);
    const key = this.lookup.known(digest);
    return key === undefined ? undefined : this.conclude(attempt, digest, key);
  }

  /** @param key null: there is none with this digest */
  private conclude(
    { presented, context, client }: Attempt,
    digest: string,
    key: KeySnapshot | null,
  ): Outcome {
    if (key === null) return this.recorder.refused(client, digest, UNKNOWN);
    const now = this.clock.now().getTime();
    const inUrl = presented.kind === 'key' && presented.inUrl;
    const code = decide(key, { ...context, inUrl }, now, {
      keysInUrl: this.config.keys.allowedInUrl,
      maxStalenessSeconds: this.config.sync.maxStalenessSeconds,
      lastSyncFailed: false,
    });
    if (code) return this.recorder.refusedKey(client, key, now, refused(code));
    return this.recorder.accepted(client, key, now);
  }
}
