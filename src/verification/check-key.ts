import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { overlaidConfig } from '../owners/attributes.js';
import type { SplitUrl } from '../platform/request-context.js';
import { jsonAnswer } from './answer.js';
import type { Answer } from './answer.js';
import { AnswerCache } from './answer-cache.js';
import { effectiveRoles } from './decide.js';
import type { VerificationRoute } from './fast-lane.js';
import { KINDS, OUTCOMES, retryAfterOf } from './outcome.js';
import type { Key, Outcome, Refused } from './outcome.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';
import { VerificationMetrics } from './verification-metrics.js';
import type { RouteMetrics } from './verification-metrics.js';

const MOST_BYTES = 16 * 2 ** 20;

/** GET /auth/check_key, to the letter of the predecessor, in the lane and behind Express. */
@Injectable()
export class CheckKey implements VerificationRoute {
  readonly path = '/auth/check_key';
  readonly takesSubPaths = false;
  readonly name = 'GET /auth/check_key';
  readonly metrics: RouteMetrics;
  private readonly attributes: readonly string[];
  private readonly accepted = new AnswerCache<Answer>(MOST_BYTES, ({ body }) => body.length);
  /** Whoever is refused asks often, and the same refusals come again and again: of each code the last one is kept. */
  private readonly refused = new Map<string, { readonly for: Refused; readonly answer: Answer }>();

  constructor(
    config: Config,
    private readonly reader: RequestReader,
    metrics: VerificationMetrics,
  ) {
    this.attributes = config.oidc.attributes;
    this.metrics = metrics.of(this.name);
  }

  read(req: IncomingMessage, split: SplitUrl): Attempt | undefined {
    return req.method === 'GET' ? this.reader.attempt(req, split) : undefined;
  }

  /** Made once for all keys that it is the same for. */
  answer(outcome: Outcome): Answer {
    if (!outcome.valid) return this.refusal(outcome);
    const { key } = outcome;
    const isOwnersAlone = key.limits.roles === null && Object.keys(key.config).length === 0;
    const make = (): Answer => jsonAnswer(200, legacyBody(key, this.attributes));
    return isOwnersAlone
      ? this.accepted.of(key.owner.id, key.owner, make)
      : this.accepted.of(key.digest, key, make);
  }

  private refusal(outcome: Refused): Answer {
    const kept = this.refused.get(outcome.code);
    if (kept && isSame(kept.for, outcome)) return kept.answer;
    const answer = refusalAnswer(outcome);
    this.refused.set(outcome.code, { for: outcome, answer });
    return answer;
  }
}

const isSame = ({ rate: a }: Refused, { rate: b }: Refused): boolean =>
  a === b || (a?.label === b?.label && a?.retryAfterSeconds === b?.retryAfterSeconds);

function refusalAnswer(outcome: Refused): Answer {
  const { kind, legacyDetail } = OUTCOMES[outcome.code];
  const detail = outcome.rate ? `${legacyDetail}: ${outcome.rate.label}` : legacyDetail;
  const body = kind === 'limited' ? { error: detail, detail } : { detail };
  const seconds = retryAfterOf(outcome);
  const headers = seconds === undefined ? [] : ['Retry-After', String(seconds)];
  return jsonAnswer(KINDS[kind].legacyStatus, body, undefined, headers);
}

function legacyBody(key: Key, attributes: readonly string[]) {
  const { id, login } = key.owner;
  return {
    user_id: id,
    user_login: login,
    iam_roles: effectiveRoles(key),
    config: overlaidConfig(key.config, key.owner, attributes),
  };
}
