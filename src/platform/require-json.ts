import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './domain-error.js';

const HAS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A body under /v1 is plain JSON: nothing that a form of a foreign page could send, nothing compressed. */
export function requireJson(req: Request, _res: Response, next: NextFunction): void {
  const empty =
    req.headers['content-length'] === '0' ||
    (!req.headers['content-length'] && !req.headers['transfer-encoding']);
  if (!HAS_BODY.has(req.method) || empty || !req.url.startsWith('/v1/')) return next();
  const isJson = /^application\/json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '');
  if (isJson && !req.headers['content-encoding']) return next();
  next(new DomainError('unsupported', 'JSON_REQUIRED', 'Send the body as application/json, uncompressed.'));
}
