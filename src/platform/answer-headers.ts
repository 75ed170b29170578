import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config/config.js';
import { VERIFICATION } from './machine-routes.js';

/** Of every answer of verification, name and value in turn: machines read it, and nobody may keep it. */
export const MACHINE_HEADERS: readonly string[] = [
  ...['X-Content-Type-Options', 'nosniff', 'Cache-Control', 'private, no-store', 'Vary', 'Origin'],
];

/** Answers are data; pages bring their own. */
const DATA_ONLY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Pages and management get the browser's protections; verification is read by machines. */
export function answerHeaders({ http }: Pick<Config, 'http'>) {
  const forBrowsers = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: DATA_ONLY },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: http.publicUrl.startsWith('https:'),
  });
  return (req: Request, res: Response, next: NextFunction): void => {
    if (!VERIFICATION.test(req.url)) {
      // Secrets and people's own things; what everybody may keep says so itself.
      res.setHeader('Cache-Control', 'no-store');
      return forBrowsers(req, res, next);
    }
    for (let i = 0; i < MACHINE_HEADERS.length; i += 2)
      res.setHeader(MACHINE_HEADERS[i]!, MACHINE_HEADERS[i + 1]!);
    next();
  };
}
