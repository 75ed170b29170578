import { json, urlencoded } from 'express';
import type { Request, RequestHandler } from 'express';
import { DomainError } from './domain-error.js';
import { except, inOrder } from './in-order.js';
import { FORWARD_AUTH } from './machine-routes.js';
import { plainBody } from './plain-body.js';
import { requireJson } from './require-json.js';

const MOST = '32kb';

/** JSON and forms, of a moderate size. A gateway may pass on its client's own body, of any kind: that is never read. */
export function readBodies(): RequestHandler {
  const forms = urlencoded({ limit: MOST, extended: false });
  const reading = inOrder(requireJson, inWords(json({ limit: MOST })), forms, plainBody);
  return except(FORWARD_AUTH, (req, res, next) => (hasBody(req) ? reading(req, res, next) : next()));
}

/** The parser says where it stumbled by what stands there, which may be a key. */
const inWords =
  (parser: RequestHandler): RequestHandler =>
  (req, res, next) =>
    void parser(req, res, (error?: unknown) => next(isUnparsed(error) ? noJson() : error));

const isUnparsed = (error: unknown): boolean =>
  (error as { type?: unknown } | undefined)?.type === 'entity.parse.failed';

const noJson = (): DomainError =>
  new DomainError(
    'invalid',
    'INVALID_REQUEST',
    'The body is not a JSON object: check its braces, quotes and commas.',
  );

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
