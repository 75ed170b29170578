import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const requestIds = new WeakMap<object, string>();
const pathKeys = new WeakMap<object, string>();

/** The id that is in the answer's X-Request-Id and in every log line of this request. */
export const requestIdOf = (req: object): string => requestIds.get(req) ?? '';
/** The key that the request carried in its path (`/k/KEY/…`), if any. */
export const pathKeyOf = (req: object): string | undefined => pathKeys.get(req);

export function assignRequestId(req: Request, res: Response, next: NextFunction): void {
  const sent = req.headersDistinct['x-request-id'];
  const id = sent?.length === 1 && /^[\w.-]{1,64}$/.test(sent[0]!) ? sent[0]! : randomUUID();
  requestIds.set(req, id);
  res.setHeader('X-Request-Id', id);
  next();
}

/** Takes the root path and the `/k/KEY` carrier off the URL, so that routes are written once. */
export function normalizePath(rootPath: string, prefix: string) {
  const carrier = new RegExp(`^/k/([-a-z0-9]+|${prefix}_[0-9A-Za-z]+)(/.*)$`);
  return (req: Request, _res: Response, next: NextFunction): void => {
    const under =
      rootPath &&
      (req.url === rootPath || req.url.startsWith(`${rootPath}/`) || req.url.startsWith(`${rootPath}?`));
    if (under) req.url = req.url.slice(rootPath.length).replace(/^(?!\/)/, '/');
    const match = carrier.exec(req.url);
    if (match) {
      pathKeys.set(req, match[1]!);
      req.url = match[2]!;
    }
    next();
  };
}
