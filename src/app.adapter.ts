import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

export type Lane = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Express with a lane in front of it: what the lane doesn't answer goes on to Express, untouched. */
export class LaneAdapter extends ExpressAdapter {
  lane: Lane | undefined;

  override initHttpServer(): void {
    const express = this.getInstance<(req: IncomingMessage, res: ServerResponse) => void>();
    this.httpServer = createServer((req, res) => {
      if (!this.lane?.(req, res)) express(req, res);
    });
  }
}
