import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { requestIdFor } from '../platform/request-context.js';
import type { SplitUrl } from '../platform/request-context.js';
import { write } from './answer.js';
import { RequestReader } from './request-reader.js';
import type { Attempt } from './request-reader.js';
import { RouteAnswers } from './route-answers.js';
import type { AnsweringRoute } from './route-answers.js';

/** A route that the lane answers: pure, and the same that its controller answers with. */
export interface FastRoute<A extends Attempt = Attempt> extends AnsweringRoute<A> {
  /** Without root path and carrier. */
  readonly path: string;
  readonly takesSubPaths: boolean;
  /** undefined: this request is the controller's. */
  attempt(req: IncomingMessage, split: SplitUrl, requestId: string): A | undefined;
}

/**
 * Stands in front of Express and answers verifications. Express gives each request and response another prototype,
 * which costs Node more than the verification itself. Whatever the lane does not answer goes the long way, to the
 * same result.
 */
@Injectable()
export class FastLane {
  private readonly routes: FastRoute[] = [];

  constructor(
    private readonly reader: RequestReader,
    private readonly answers: RouteAnswers,
  ) {}

  register<A extends Attempt>(route: FastRoute<A>): void {
    this.routes.push(route);
  }

  /**
   * Whether it is answered, or will be.
   * @param longWay where it goes after all when that fails
   */
  handle(req: IncomingMessage, res: ServerResponse, longWay: RequestListener): boolean {
    if (needsTheLongWay(req)) return false;
    const split = this.reader.split(req.url!);
    const at = split.url.indexOf('?');
    const path = at < 0 ? split.url : split.url.slice(0, at);
    const route = this.routeOf(path);
    if (!route) return false;
    const requestId = requestIdFor(req);
    try {
      const attempt = route.attempt(req, split, requestId);
      const answer = attempt && this.answers.to(route, attempt);
      if (answer instanceof Promise)
        answer.then((told) => write(res, told, requestId)).catch(() => longWay(req, res));
      else if (answer) write(res, answer, requestId);
      return answer !== undefined;
    } catch {
      // The long way meets the same error, and tells it.
      return false;
    }
  }

  private routeOf(path: string): FastRoute | undefined {
    for (const route of this.routes) if (isAt(path, route)) return route;
    return undefined;
  }
}

/** Everything below a route that takes sub-paths is it, too. */
const isAt = (path: string, route: FastRoute): boolean =>
  path === route.path || (route.takesSubPaths && path.startsWith(`${route.path}/`));

/** Browsers' requests have CORS to be answered, and a body has to be read. */
const CONTENT_LENGTH = 'content-length';
const LONG_WAY = new Set(['origin', CONTENT_LENGTH, 'transfer-encoding', 'access-control-request-method']);
const LONG_WAY_LENGTHS = new Set([...LONG_WAY].map(({ length }) => length));

function needsTheLongWay({ rawHeaders }: IncomingMessage): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (!LONG_WAY_LENGTHS.has(name.length) || !LONG_WAY.has(name.toLowerCase())) continue;
    // Envoy says of every request how long its body is.
    if (name.length !== CONTENT_LENGTH.length || rawHeaders[i + 1] !== '0') return true;
  }
  return false;
}
