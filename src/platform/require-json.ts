import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './domain-error.js';

const HAS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A body under /v1 is plain JSON: nothing that a form of a foreign page could send, nothing compressed. */
export function requireJson(req: Request, _res: Response, next: NextFunction): void {
  if (!HAS_BODY.has(req.method) || !req.url.startsWith('/v1/') || isEmpty(req.headers)) return next();
  const { 'content-type': type = '', 'content-encoding': encoding } = req.headers;
  if (/^application\/json\s*(?:;|$)/i.test(type) && !encoding) return next();
  next(new DomainError('unsupported', 'JSON_REQUIRED', 'Send the body as application/json, uncompressed.'));
}

const isEmpty = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
