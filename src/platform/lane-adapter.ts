import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';

export type Lane = (req: IncomingMessage, res: ServerResponse, longWay: RequestListener) => boolean;

/**
 * Longer than gateways keep theirs (nginx and the Envoy recipe: 60 s). With Node's own 5 s a gateway would now and then
 * ask over a connection that is just being closed, and refuse a good key for it.
 */
const IDLE_MS = 75_000;

/** Express with a lane in front of it: what the lane doesn't answer goes on to Express, untouched. */
export class LaneAdapter extends ExpressAdapter {
  lane: Lane | undefined;

  constructor() {
    // As the predecessor's router, and as every rule here that looks at a path; only before the first use it counts.
    super(express().enable('case sensitive routing'));
  }

  override initHttpServer(): void {
    const app = this.getInstance<RequestListener>();
    this.httpServer = createServer((req, res) => {
      if (!this.lane?.(req, res, app)) app(req, res);
    });
    // One timer a connection, which its traffic moves on: keepAliveTimeout makes and drops one for every request.
    this.httpServer.timeout = IDLE_MS;
    this.httpServer.keepAliveTimeout = 0;
  }
}
