import type { NextFunction, Request, Response } from 'express';

/** Leads the provider's answer to /auth/callback where a client is registered with another path, such as /docs. */
export function callbackAt(redirectPath: string) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const [path, query = ''] = req.url.split('?');
    const answer = new URLSearchParams(query);
    const isAnswer = answer.has('state') || answer.has('error');
    if (isAnswer && path === redirectPath) req.url = `/auth/callback?${query}`;
    next();
  };
}
