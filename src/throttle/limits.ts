import type { ThrottlerModuleOptions, ThrottlerOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { Request } from 'express';
import type { Config, RateLimit } from '../config/config.js';
import { limitedBy } from '../platform/limited-by.js';
import type { RouteLimit } from '../platform/limited-by.js';
import { clientReader } from '../platform/request-client.js';

/** More tabs than the people behind one address restore on a Monday; one machine alone could ask for twenty times as many. */
const LOGINS: RateLimit = { limit: 3000, windowSeconds: 60, label: '3000 per 1 minute' };

/** Every limit of this service: of refused verifications, and of how often routes are called. */
export const limitsOf = ({
  verification,
  keys,
}: Config): Readonly<Record<RouteLimit | 'verification', readonly RateLimit[]>> => ({
  verification: verification.rateLimits,
  login: [LOGINS],
  create: keys.createRates,
});

/** What @nestjs/throttler is told: the limits of routes with their windows, and where they are counted. */
export function throttlerOptions(config: Config, storage: ThrottlerStorage): ThrottlerModuleOptions {
  const clientOf = clientReader(config.http.trustedProxies);
  const throttlers = Object.entries(limitsOf(config)).flatMap(([name, limits]) =>
    limits.map(({ limit, windowSeconds }): ThrottlerOptions => ({
      name,
      limit,
      ttl: windowSeconds * 1000,
      // Of verification the lane counts the outcomes, in the same storage.
      skipIf: (context) => limitedBy(context)?.name !== name,
      getTracker: (req, context) =>
        limitedBy(context)?.callerOf?.(req as Request) ?? clientOf(req as Request).bucket,
    })),
  );
  return { throttlers, storage, setHeaders: false };
}
