import type { NextFunction, RequestHandler } from 'express';

/** One step of Express for many of ours: each of its own costs a verification as much as all that they do. */
export const inOrder =
  (...steps: readonly RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    let at = 0;
    const go = (error?: unknown): void => {
      const step = error === undefined ? steps[at++] : undefined;
      if (!step) return next(error);
      // A step that fails later says so by `next`, as it does to Express.
      void step(req, res, go as NextFunction);
    };
    go();
  };

/** A step for all requests but those whose URL matches. */
export const except =
  (urls: RegExp, step: RequestHandler): RequestHandler =>
  (req, res, next) =>
    urls.test(req.url) ? next() : step(req, res, next);
