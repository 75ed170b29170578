import type { NextFunction, Request, Response } from 'express';
import type { Level, Logger } from 'pino';
import type { Config } from '../config/config.js';
import { clientOf, parseRanges } from './client-address.js';
import { redactUrl } from './redact.js';
import { forwardedBy, requestIdOf } from './request-context.js';

/** One line a request. Headers and bodies are never in it; `client` is who stands before the trusted proxies. */
export function accessLog(
  log: Logger,
  { http }: Pick<Config, 'http'>,
  levelOf: (path: string, status: number) => Level,
) {
  const trusted = parseRanges(http.trustedProxies);
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const { originalUrl, method } = req;
    // Gone from a connection that the client has cut off.
    const { remoteAddress } = req.socket;
    res.once('close', () => {
      const { statusCode: status, writableFinished } = res;
      // A router that answered has taken its own part off the URL.
      const level = levelOf(`${req.baseUrl ?? ''}${req.url}`.split('?')[0]!, status);
      if (!log.isLevelEnabled(level)) return;
      const ms = Math.round(performance.now() - startedAt);
      const { address: client = 'unknown' } = clientOf(remoteAddress, forwardedBy(req), trusted);
      const line = { requestId: requestIdOf(req), method, url: redactUrl(originalUrl), status, ms, client };
      log[level](line, writableFinished ? 'request' : 'request cut off');
    });
    next();
  };
}
