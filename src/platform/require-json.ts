import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { DomainError } from './domain-error.js';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
const HAS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** A body under /v1 is plain JSON: nothing that a form of a foreign page could send, nothing compressed. */
export function requireJson(req: Request, _res: Response, next: NextFunction): void {
  if (!HAS_BODY.has(req.method) || !req.url.startsWith('/v1/') || isEmpty(req.headers)) return next();
  const problem = problemOf(req.headers);
  if (problem !== undefined) return next(new DomainError('unsupported', 'JSON_REQUIRED', problem));
  // The parser knows utf8 by its other name alone.
  req.headers['content-type'] = 'application/json';
  next();
}

function problemOf(headers: IncomingHttpHeaders): string | undefined {
  const { 'content-type': type = '', 'content-encoding': encoding } = headers;
  if (!JSON_TYPE.test(type))
    return `Send the body as JSON, and say so: -H 'Content-Type: application/json'. It came ${type ? `as ${shown(type)}` : 'without a type'}.`;
  const charset = CHARSET.exec(type)?.[1];
  // RFC 8259 knows JSON in UTF-8 alone; the parser would take others, UTF-7 among them.
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    return `JSON is UTF-8 (RFC 8259), not ${shown(charset)}: send it as UTF-8, or leave charset out if it already is.`;
  return isCompressed(encoding) ? 'Send the body uncompressed, without Content-Encoding.' : undefined;
}

const isCompressed = (encoding = 'identity'): boolean => encoding.toLowerCase() !== 'identity';

const shown = (text: string): string => text.replace(/[^\w/.+;=-]/g, '').slice(0, 60);

const isEmpty = (headers: IncomingHttpHeaders): boolean =>
  (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
