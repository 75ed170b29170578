import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { writeHeadAlone } from '../platform/header-block.js';
import { requestIdFor } from '../platform/request-context.js';
import { RequestCounts } from '../platform/request-counts.js';
import type { SplitUrl } from '../platform/request-context.js';
import { write } from './answer.js';
import type { Answer } from './answer.js';
import type { Outcome } from './outcome.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';
import type { RouteMetrics } from './verification-metrics.js';
import { VerificationService } from './verification.service.js';

/** How a route reads what is asked and tells what became of it: the same in the lane and in its controller. */
export interface VerificationRoute<A extends Attempt = Attempt> {
  /** Without root path and carrier. */
  readonly path: string;
  readonly takesSubPaths: boolean;
  /** In metrics: that by which its controller is counted there. */
  readonly name: string;
  readonly metrics: RouteMetrics;
  /** undefined: this request is the controller's alone. */
  read(req: IncomingMessage, split: SplitUrl, requestId: string): A | undefined;
  answer(outcome: Outcome, attempt: A): Answer;
}

interface Counted {
  readonly route: VerificationRoute;
  readonly statuses: Float64Array;
}

/**
 * Stands in front of Express and answers verifications. Express gives each request and response another prototype,
 * which costs Node more than the verification itself. Whatever the lane does not answer goes the long way, to the
 * same result.
 */
@Injectable()
export class FastLane {
  private readonly routes: Counted[] = [];

  constructor(
    private readonly reader: RequestReader,
    private readonly verification: VerificationService,
    private readonly counts: RequestCounts,
  ) {}

  register<A extends Attempt>(route: VerificationRoute<A>): void {
    this.routes.push({ route, statuses: this.counts.of(route.name) });
  }

  /**
   * Whether it is answered, or will be.
   * @param longWay where it goes after all when that fails
   */
  handle(req: IncomingMessage, res: ServerResponse, longWay: RequestListener): boolean {
    if (needsTheLongWay(req)) return false;
    const split = this.reader.split(req.url!);
    const at = split.url.indexOf('?');
    const counted = this.routeOf(at < 0 ? split.url : split.url.slice(0, at));
    if (!counted) return false;
    try {
      return this.answer(counted, req, res, split, longWay);
    } catch {
      // The long way meets the same error, and tells it.
      return false;
    }
  }

  private answer(
    { route, statuses }: Counted,
    req: IncomingMessage,
    res: ServerResponse,
    split: SplitUrl,
    longWay: RequestListener,
  ): boolean {
    const requestId = requestIdFor(req);
    const attempt = route.read(req, split, requestId);
    if (!attempt) return false;
    const outcome = this.verification.verify(attempt, route.metrics);
    if (outcome instanceof Promise) {
      outcome
        .then((decided) => tell(res, route.answer(decided, attempt), requestId, statuses))
        .catch(() => longWay(req, res));
    } else tell(res, route.answer(outcome, attempt), requestId, statuses);
    return true;
  }

  private routeOf(path: string): Counted | undefined {
    for (const counted of this.routes) if (isAt(path, counted.route)) return counted;
    return undefined;
  }
}

function tell(res: ServerResponse, answer: Answer, requestId: string, statuses: Float64Array): void {
  write(res, answer, requestId, writeHeadAlone);
  statuses[answer.status]! += 1;
}

/** Everything below a route that takes sub-paths is it, too. */
const isAt = (path: string, route: VerificationRoute): boolean =>
  path === route.path || (route.takesSubPaths && path.startsWith(`${route.path}/`));

/** Browsers' requests have CORS to be answered, and a body has to be read. */
const needsTheLongWay = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined ||
  headers['access-control-request-method'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  // Envoy says of every request how long its body is.
  (headers['content-length'] ?? '0') !== '0';
