import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { redactUrl } from './redact.js';
import { requestIdOf } from './request-context.js';

/** One line a request, except those that are `quiet`. Headers and bodies are never in it. */
export function accessLog(log: Logger, quiet: (path: string, status: number) => boolean) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const { originalUrl, method, ip: client } = req;
    res.once('close', () => {
      const { statusCode: status, writableFinished } = res;
      if (writableFinished && quiet(req.url.split('?')[0]!, status)) return;
      const ms = Math.round(performance.now() - startedAt);
      const line = { requestId: requestIdOf(req), method, url: redactUrl(originalUrl), status, ms, client };
      log[status >= 500 ? 'error' : 'info'](line, writableFinished ? 'request' : 'request cut off');
    });
    next();
  };
}
