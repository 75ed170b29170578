import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import { FairTurns } from './fair-turns.js';
import { IdleTimers } from './idle-timers.js';
import { refusalOf, refuse, refuseUnread } from './odd-requests.js';

export type Lane = (req: IncomingMessage, res: ServerResponse, longWay: RequestListener) => boolean;

/**
 * Longer than gateways keep theirs (nginx and the Envoy recipe: 60 s). With Node's own 5 s a gateway would now and then
 * ask over a connection that is just being closed, and refuse a good key for it.
 */
const IDLE_MS = 75_000;
/** Gateways hand on cookies and addresses as long as they come, and access tokens hold every role. */
const MOST_HEADER_BYTES = 64 * 1024;
/** Of a server that ends: how often connections are looked for that nothing is under way on any more. */
const CLOSE_IDLE_MS = 100;

/** Express with a lane in front of it: what the lane doesn't answer goes on to Express, untouched. */
export class LaneAdapter extends ExpressAdapter {
  lane: Lane | undefined;
  /** Requests that were refused for their headers. */
  refused = 0;
  /** Every answer asks its caller to go elsewhere with the next request. */
  private isEnding = false;

  constructor() {
    // As the predecessor's router, and as every rule here that looks at a path; only before the first use it counts.
    super(express().enable('case sensitive routing'));
  }

  override initHttpServer(): void {
    const app = this.getInstance<RequestListener>();
    const turns = new FairTurns((req, res) => {
      if (this.isEnding) res.shouldKeepAlive = false;
      const refusal = refusalOf(req);
      if (refusal) this.refuse(() => refuse(req, res, refusal));
      else if (!this.lane?.(req, res, app)) app(req, res);
    });
    // Node's own answer to a request without Host has nothing in it: `refusalOf` says why.
    const options = { maxHeaderSize: MOST_HEADER_BYTES, requireHostHeader: false };
    this.httpServer = createServer(options, (req, res) => turns.take(req, res));
    // Past a number Node would drop headers without a word, and X-Forwarded-For with them: the size is the limit.
    this.httpServer.maxHeadersCount = 0;
    this.httpServer.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
      this.refuse(() => refuseUnread(error, socket)),
    );
    this.httpServer.timeout = IDLE_MS;
    // It makes and drops a timer for every request.
    this.httpServer.keepAliveTimeout = 0;
    new IdleTimers(this.httpServer);
  }

  /** Takes what comes as before, and keeps no connection. */
  sayGoodbye(): void {
    this.isEnding = true;
  }

  /** Node alone would go on with a connection that is busy at this moment for as long as it is used. */
  override async close(): Promise<void> {
    this.sayGoodbye();
    const closing = setInterval(() => this.getHttpServer().closeIdleConnections(), CLOSE_IDLE_MS);
    try {
      await super.close();
    } finally {
      clearInterval(closing);
    }
  }

  private refuse(answer: () => void): void {
    this.refused += 1;
    answer();
  }
}
