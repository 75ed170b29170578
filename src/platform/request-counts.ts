import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Counter, Registry } from 'prom-client';

const STATUSES = 600;
/** Whatever no route of ours is: files, wrong paths, refused before it came to one. */
const OTHER = 'other';

interface Route {
  readonly path: string | string[];
  readonly methods: Readonly<Record<string, boolean>>;
}

/** Requests by route and status. By the route's pattern, not by what was asked for: of that there is no end. */
@Injectable()
export class RequestCounts {
  private readonly routes = new Map<string, Float64Array>();

  constructor(registry: Registry) {
    const read = (): IterableIterator<[string, Float64Array]> => this.routes.entries();
    new Counter({
      name: 'apikm_http_requests_total',
      help: 'Requests by route pattern and status of the answer',
      labelNames: ['route', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [route, counts] of read())
          counts.forEach((count, status) => count && this.inc({ route, status }, count));
      },
    });
  }

  /** To be added to by the status, which costs a verification nothing that could be measured. */
  of(route: string): Float64Array {
    let counts = this.routes.get(route);
    if (!counts) this.routes.set(route, (counts = new Float64Array(STATUSES)));
    return counts;
  }

  /** What goes through Express. */
  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    res.once('close', () => {
      this.of(nameOf(req.route as Route | undefined))[res.statusCode]! += 1;
    });
    next();
  };
}

/** `GET /v1/keys/:id`, or the path alone where every method is taken. */
function nameOf(route: Route | undefined): string {
  if (!route) return OTHER;
  const [method, ...others] = Object.keys(route.methods);
  const path = String(route.path);
  return others.length || !method || method === '_all' ? path : `${method.toUpperCase()} ${path}`;
}
