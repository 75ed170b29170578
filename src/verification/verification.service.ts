import { Injectable } from '@nestjs/common';
import { digestHex, shapeOf } from '../api-keys/key-material.js';
import type { ParsedLimits } from '../api-keys/limits.js';
import { Config } from '../config/config.js';
import { readRateLimits } from '../config/values.js';
import { KeyLookup, PATIENCE_MS } from '../key-lookup/key-lookup.js';
import { OwnersService } from '../owners/owners.service.js';
import { Clock } from '../platform/clock.js';
import { decide, judgements } from './decide.js';
import type { VerificationContext, VerificationPolicy } from './decide.js';
import type { DecidedCode, Key, Outcome, RefusalCode, Refused } from './outcome.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import type { Attempt } from './request-reader.js';
import type { RouteMetrics } from './verification-metrics.js';

const refused = (code: RefusalCode): Refused => ({ valid: false, code });
const MISSING = refused('MISSING');
const AMBIGUOUS = refused('AMBIGUOUS');
const MALFORMED = refused('MALFORMED');
const UNKNOWN = refused('UNKNOWN');
const LOOKUP_UNAVAILABLE = refused('LOOKUP_UNAVAILABLE');
/** All requests with two keys are the same to the throttle. */
const TWO_KEYS = digestHex('ambiguous');

/** What holds for every key here: by the settings, and by how the synchronisation stands. */
@Injectable()
export class ServicePolicy implements VerificationPolicy {
  readonly keyPrefixes: readonly string[];
  readonly keysInUrl: boolean;
  readonly maxStalenessSeconds: number;

  constructor(
    { keys, sync }: Config,
    private readonly owners: OwnersService,
  ) {
    this.keyPrefixes = keys.prefixes;
    this.keysInUrl = keys.allowedInUrl;
    this.maxStalenessSeconds = sync.maxStalenessSeconds;
  }

  get lastSyncFailed(): boolean {
    return this.owners.lastSyncFailed;
  }
}

/** A key with what every rule says of it. */
export interface Judged {
  readonly key: Key;
  readonly rules: readonly { readonly code: DecidedCode | 'RATE_LIMITED'; readonly refuses: boolean }[];
  readonly policy: VerificationPolicy;
  readonly uses: number;
}

/** The order of the steps: who is blocked, shape, look-up, decision, count. */
@Injectable()
export class VerificationService {
  constructor(
    private readonly policy: ServicePolicy,
    private readonly lookup: KeyLookup<ParsedLimits>,
    private readonly recorder: OutcomeRecorder,
    private readonly clock: Clock,
  ) {}

  /** At once when no query is needed, which is nearly always: a promise takes longer than all the rest. */
  verify(attempt: Attempt, metrics: RouteMetrics): Outcome | Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = this.recorder.blocked(attempt) ?? this.judge(attempt);
    return outcome instanceof Promise
      ? outcome.then((decided) => metrics.observe(decided, startedAt))
      : metrics.observe(outcome, startedAt);
  }

  /**
   * What would become of a key of this digest, for its owner: nothing is counted. undefined: it can't be told now.
   * @param now the instant that is asked about, in milliseconds since 1970; how often the key was used is of this moment
   */
  async explain(digest: string, context: VerificationContext, now: number): Promise<Judged | undefined> {
    const key = await this.lookup.find(digest);
    if (!key) return undefined;
    const uses = this.recorder.usesOf(key, this.clock.millis());
    const rules = judgements(key, context, now, this.policy);
    const [rate] = key.limits.rateLimit === null ? [] : (readRateLimits(key.limits.rateLimit) ?? []);
    const limited = { code: 'RATE_LIMITED' as const, refuses: rate !== undefined && uses >= rate.limit };
    return { key, rules: [...rules, limited], policy: this.policy, uses };
  }

  private judge(attempt: Attempt): Outcome | Promise<Outcome> {
    const { presented, digest, client } = attempt;
    if (presented.kind === 'ambiguous') return this.recorder.refused(client, TWO_KEYS, AMBIGUOUS);
    if (presented.kind === 'none' || digest === undefined) return MISSING;
    const now = this.clock.millis();
    const key = this.lookup.known(digest, now);
    if (key !== undefined) return this.conclude(attempt, digest, key, now);
    const isMalformed = shapeOf(presented.secret, this.policy.keyPrefixes) === 'malformed';
    return isMalformed ? this.recorder.refused(client, digest, MALFORMED) : this.lookUp(attempt, digest);
  }

  /** Whoever asks for a key that is known to exist doesn't guess, and waits for no guesses of others. */
  private lookUp(attempt: Attempt, digest: string): Promise<Outcome> {
    const isNoGuess = this.lookup.exists(digest) || this.recorder.hasProven(attempt);
    return isNoGuess ? this.find(attempt, digest, PATIENCE_MS) : this.lookUpInTurn(attempt, digest);
  }

  /** What comes at once is not looked up at once: a burst of guesses would be over before the first is counted. */
  private async lookUpInTurn(attempt: Attempt, digest: string): Promise<Outcome> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    if (!(await this.recorder.begin(attempt, PATIENCE_MS))) return LOOKUP_UNAVAILABLE;
    try {
      return (
        this.recorder.blocked(attempt) ?? (await this.find(attempt, digest, giveUpAt - performance.now()))
      );
    } finally {
      this.recorder.end(attempt);
    }
  }

  private async find(attempt: Attempt, digest: string, patienceMs: number): Promise<Outcome> {
    // Whoever waited may find what others have asked for meanwhile.
    const known = this.lookup.known(digest, this.clock.millis());
    const key = known === undefined ? await this.lookup.find(digest, patienceMs) : known;
    return key === undefined ? LOOKUP_UNAVAILABLE : this.conclude(attempt, digest, key, this.clock.millis());
  }

  /** @param key null: there is none with this digest */
  private conclude(attempt: Attempt, digest: string, key: Key | null, now: number): Outcome {
    const { context, client } = attempt;
    if (key === null) return this.recorder.refused(client, digest, UNKNOWN);
    const code = decide(key, context, now, this.policy);
    if (code) return this.recorder.refusedKey(attempt, key, now, refused(code));
    return this.recorder.accepted(attempt, key, now);
  }
}
