import type { NextFunction, Request, Response } from 'express';
import type { Level, Logger } from 'pino';
import { redactUrl } from './redact.js';
import { requestIdOf } from './request-context.js';

/** One line a request. Headers and bodies are never in it. */
export function accessLog(log: Logger, levelOf: (path: string, status: number) => Level) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    const { originalUrl, method, ip: client } = req;
    res.once('close', () => {
      const { statusCode: status, writableFinished } = res;
      const ms = Math.round(performance.now() - startedAt);
      const line = { requestId: requestIdOf(req), method, url: redactUrl(originalUrl), status, ms, client };
      log[levelOf(req.url.split('?')[0]!, status)](line, writableFinished ? 'request' : 'request cut off');
    });
    next();
  };
}
