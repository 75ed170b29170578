import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { requestIdFor } from '../platform/request-context.js';
import type { SplitUrl } from '../platform/request-context.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import type { Blocked } from '../throttle/throttle.storage.js';
import { commonHeaders } from './answer.js';
import type { Answer } from './answer.js';
import { checkKeyAnswer, throttledAnswer } from './check-key.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';
import { throttledFor } from './verification-throttle.guard.js';
import { VerificationService } from './verification.service.js';
import type { Outcome } from './outcome.js';

/** A route that the lane answers: pure, and the same that its controller answers with. */
export interface FastRoute {
  /** undefined: this request is the controller's. */
  attempt(req: IncomingMessage, split: SplitUrl): Attempt | undefined;
  answer(outcome: Outcome, req: IncomingMessage, split: SplitUrl, requestId: string): Answer;
  blocked(blocked: Blocked, req: IncomingMessage, split: SplitUrl, requestId: string): Answer;
}

/**
 * Stands in front of Express and answers a verification whenever no query is needed. Express gives each request and
 * response another prototype, which on Node costs many times what the verification itself does. Whatever it doesn't
 * answer goes the long way, to the same result.
 */
@Injectable()
export class FastLane {
  private readonly routes = new Map<string, FastRoute>();

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly reader: RequestReader,
    private readonly verification: VerificationService,
    private readonly throttle: ThrottleStorage,
  ) {
    const { attributes } = config.oidc;
    this.register('/auth/check_key', {
      attempt: (req, split) => (req.method === 'GET' ? reader.attempt(req, split) : undefined),
      answer: (outcome) => checkKeyAnswer(outcome, attributes),
      blocked: ({ limit, retryAfterSeconds }) =>
        throttledAnswer(`Rate limit exceeded: ${limit.label}`, retryAfterSeconds),
    });
  }

  /** @param path without root path and carrier */
  register(path: string, route: FastRoute): void {
    this.routes.set(path, route);
  }

  /** Whether it was answered. */
  handle(req: IncomingMessage, res: ServerResponse): boolean {
    if (needsTheLongWay(req)) return false;
    const split = this.reader.split(req.url!);
    const at = split.url.indexOf('?');
    const route = this.routes.get(at < 0 ? split.url : split.url.slice(0, at));
    if (!route) return false;
    const requestId = requestIdFor(req);
    const answer = this.answer(route, req, split, requestId);
    if (!answer) return false;
    res.writeHead(answer.status, headersOf(answer, requestId));
    res.end(answer.body);
    return true;
  }

  private answer(route: FastRoute, req: IncomingMessage, split: SplitUrl, id: string): Answer | undefined {
    try {
      const attempt = route.attempt(req, split);
      if (!attempt) return undefined;
      const blocked = this.throttle.blocked(attempt.client);
      if (blocked && this.throttle.blockedFor(throttledFor(attempt)))
        return route.blocked(blocked, req, split, id);
      const outcome = this.verification.verifyKnown(attempt);
      return outcome && route.answer(outcome, req, split, id);
    } catch (error) {
      // The long way meets the same refusal, and tells it.
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }
}

/** Browsers' requests have CORS to be answered, and a body has to be read. */
const LONG_WAY = new Set(['origin', 'content-length', 'transfer-encoding', 'access-control-request-method']);
const LONG_WAY_LENGTHS = new Set([...LONG_WAY].map(({ length }) => length));

function needsTheLongWay({ rawHeaders }: IncomingMessage): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (LONG_WAY_LENGTHS.has(name.length) && LONG_WAY.has(name.toLowerCase())) return true;
  }
  return false;
}

const COMMON = commonHeaders();
const headersOf = ({ headers, cacheControl }: Answer, requestId: string): string[] => {
  const common = cacheControl === undefined ? COMMON : commonHeaders(cacheControl);
  return ['X-Request-Id', requestId, ...common, ...headers];
};
