import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './domain-error.js';

/** RFC 8259 knows JSON in UTF-8 alone; the parser would take others, UTF-7 among them. */
const FOREIGN_CHARSET = /;\s*charset\s*=(?!\s*"?utf-8"?\s*(?:;|$))/i;
const HAS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A body under /v1 is plain JSON: nothing that a form of a foreign page could send, nothing compressed. */
export function requireJson(req: Request, _res: Response, next: NextFunction): void {
  if (!HAS_BODY.has(req.method) || !req.url.startsWith('/v1/') || isEmpty(req.headers)) return next();
  const { 'content-type': type = '', 'content-encoding': encoding } = req.headers;
  const isJson = /^application\/json\s*(?:;|$)/i.test(type) && !FOREIGN_CHARSET.test(type);
  if (isJson && !encoding) return next();
  next(new DomainError('unsupported', 'JSON_REQUIRED', 'Send the body as application/json, uncompressed.'));
}

const isEmpty = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
