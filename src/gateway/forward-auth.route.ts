import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import type { SplitUrl } from '../platform/request-context.js';
import type { Answer } from '../verification/answer.js';
import type { VerificationRoute } from '../verification/fast-lane.js';
import { Sentences } from '../verification/outcome.js';
import type { Outcome } from '../verification/outcome.js';
import { VerificationMetrics } from '../verification/verification-metrics.js';
import type { RouteMetrics } from '../verification/verification-metrics.js';
import { allowed, denied } from './forward-auth.js';
import { ForwardAuthReader, ROUTE } from './forward-auth-reader.js';
import type { ForwardAuthRequest, GatewayAttempt } from './forward-auth-reader.js';

/** /v1/forward-auth, in the lane and behind Express. */
@Injectable()
export class ForwardAuthRoute implements VerificationRoute<GatewayAttempt> {
  readonly path = ROUTE;
  readonly takesSubPaths = true;
  readonly name = '/v1/forward-auth';
  readonly metrics: RouteMetrics;

  constructor(
    private readonly reader: ForwardAuthReader,
    private readonly clock: Clock,
    private readonly sentences: Sentences,
    metrics: VerificationMetrics,
  ) {
    this.metrics = metrics.of(this.name);
  }

  read(req: IncomingMessage, split: SplitUrl, requestId: string): GatewayAttempt | undefined {
    const request = this.reader.request(req, split, requestId);
    return request.options.require && this.reader.attempt(request);
  }

  answer(outcome: Outcome, { request }: { readonly request: ForwardAuthRequest }): Answer {
    if (outcome.valid) return allowed(outcome.key, request, this.clock.millis());
    return denied(outcome, request, this.sentences.of(outcome.code, request.options.audience));
  }
}
