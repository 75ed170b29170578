import type { NextFunction, Request, Response } from 'express';
import type { CorsConfig } from '../config/config.js';

const LONGEST_ORIGIN = 300;

/** Credentials only for origins that the settings name; verification and the API's description are open to all without them. */
export function cors(config: CorsConfig, publicPaths: readonly string[], foreign: RegExp) {
  return (req: Request, res: Response, next: NextFunction): void => {
    // A gateway's question is about somebody else's Origin.
    if (foreign.test(req.url)) return next();
    res.vary('Origin');
    const origin = req.headers.origin;
    const allowed = origin !== undefined && allow(req, res, origin);
    const asked = req.headers['access-control-request-method'];
    if (req.method !== 'OPTIONS' || origin === undefined || asked === undefined) return next();
    answerPreflight(req, res, allowed, asked);
  };

  function allow(req: Request, res: Response, origin: string): boolean {
    const open = publicPaths.includes(req.url.split('?')[0]!);
    if (!open && !isNamed(origin)) return false;
    const withCredentials = !open && !config.matchesAnyOrigin;
    res.setHeader('Access-Control-Allow-Origin', withCredentials ? origin : '*');
    if (withCredentials) res.setHeader('Access-Control-Allow-Credentials', 'true');
    return true;
  }

  /** An Origin that is too long is none of a browser's, and is not matched: patterns may be slow. */
  function isNamed(origin: string): boolean {
    return (
      origin.length <= LONGEST_ORIGIN && config.originsRegex !== undefined && config.originsRegex.test(origin)
    );
  }

  function answerPreflight(req: Request, res: Response, allowed: boolean, asked: string): void {
    if (!allowed) return void res.status(400).type('text/plain').send('Disallowed CORS origin');
    if (!config.allowMethods.includes(asked) && !config.allowMethods.includes('*')) {
      return void res.status(400).type('text/plain').send('Disallowed CORS method');
    }
    res.setHeader('Access-Control-Allow-Methods', config.allowMethods.join(', '));
    const headers = req.headers['access-control-request-headers'];
    if (headers && /^[\w-]{1,64}(?:, ?[\w-]{1,64}){0,20}$/.test(headers))
      res.setHeader('Access-Control-Allow-Headers', headers);
    res.status(200).type('text/plain').send('OK');
  }
}
