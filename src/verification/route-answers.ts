import { Injectable } from '@nestjs/common';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import type { Blocked } from '../throttle/throttle.storage.js';
import type { Answer } from './answer.js';
import type { Outcome } from './outcome.js';
import type { Attempt } from './request-reader.js';
import { VerificationService } from './verification.service.js';

/** How a route tells what became of an attempt. */
export interface AnsweringRoute<A extends Attempt> {
  answer(outcome: Outcome, attempt: A): Answer;
  blocked(blocked: Blocked, attempt: A): Answer;
}

/** What a route answers, in the lane and behind Express: a blocked client is turned away before any query. */
@Injectable()
export class RouteAnswers {
  constructor(
    private readonly throttle: ThrottleStorage,
    private readonly verification: VerificationService,
  ) {}

  to<A extends Attempt>(route: AnsweringRoute<A>, attempt: A): Answer | Promise<Answer> {
    const blocked = this.throttle.blockedFor(attempt);
    if (blocked) return route.blocked(blocked, attempt);
    const outcome = this.verification.verify(attempt);
    if (outcome instanceof Promise) return outcome.then((told) => route.answer(told, attempt));
    return route.answer(outcome, attempt);
  }
}
