import type { IncomingMessage } from 'node:http';
import { clientOf, parseRanges } from './client-address.js';
import type { Client } from './client-address.js';
import { forwardedBy } from './request-context.js';

/** Reads who sends a request. @param trustedProxies whose word about it is believed */
export function clientReader(trustedProxies: readonly string[]): (req: IncomingMessage) => Client {
  const trusted = parseRanges(trustedProxies);
  return (req) => clientOf(req.socket.remoteAddress, forwardedBy(req), trusted);
}
