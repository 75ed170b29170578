import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { SplitUrl } from '../platform/request-context.js';
import type { Blocked } from '../throttle/throttle.storage.js';
import type { Answer } from './answer.js';
import { checkKeyAnswer, throttledAnswer } from './check-key.js';
import type { FastRoute } from './fast-lane.js';
import type { Outcome } from './outcome.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';

/** GET /auth/check_key, in the lane and behind Express. */
@Injectable()
export class CheckKeyRoute implements FastRoute {
  readonly path = '/auth/check_key';
  readonly takesSubPaths = false;

  constructor(
    private readonly config: Config,
    private readonly reader: RequestReader,
  ) {}

  attempt(req: IncomingMessage, split: SplitUrl): Attempt | undefined {
    return req.method === 'GET' ? this.reader.attempt(req, split) : undefined;
  }

  answer(outcome: Outcome): Answer {
    return checkKeyAnswer(outcome, this.config.oidc.attributes);
  }

  blocked({ limit, retryAfterSeconds }: Blocked): Answer {
    return throttledAnswer(`Rate limit exceeded: ${limit.label}`, retryAfterSeconds);
  }
}
