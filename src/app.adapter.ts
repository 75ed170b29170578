import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

export type Lane = (req: IncomingMessage, res: ServerResponse, longWay: RequestListener) => boolean;

/** Express with a lane in front of it: what the lane doesn't answer goes on to Express, untouched. */
export class LaneAdapter extends ExpressAdapter {
  lane: Lane | undefined;

  override initHttpServer(): void {
    const express = this.getInstance<RequestListener>();
    this.httpServer = createServer((req, res) => {
      if (!this.lane?.(req, res, express)) express(req, res);
    });
  }
}
