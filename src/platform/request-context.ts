import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

const requestIds = new WeakMap<object, string>();
const pathKeys = new WeakMap<object, string>();

/** The id that is in the answer's X-Request-Id and in every log line of this request. */
export const requestIdOf = (req: object): string => requestIds.get(req) ?? '';
/** The key that the request carried in its path (`/k/KEY/…`), if any. */
export const pathKeyOf = (req: object): string | undefined => pathKeys.get(req);

/** Tells this process's ids from those of every other; a UUID for each request would cost several times as much. */
const PROCESS = randomUUID().slice(0, 18);
let requests = 0;

/** The id that was sent, once and of the right form, or a new one. */
export function requestIdFor(req: IncomingMessage): string {
  const sent = headerOf(req, 'x-request-id');
  return sent !== undefined && /^[\w.-]{1,64}$/.test(sent) ? sent : newRequestId();
}

export const newRequestId = (): string => `${PROCESS}-${(requests += 1).toString(36)}`;

/**
 * The value of a header, those of one sent several times joined or dropped as Node does it. Its object of headers is
 * there already, for Node itself looks for Host and Expect in it: to walk through all headers for each one costs more.
 * @param wanted in lower case
 */
export const headerOf = ({ headers }: IncomingMessage, wanted: string): string | undefined =>
  headers[wanted] as string | undefined;

/** Whom a proxy says that it forwards for; only a trusted one's word counts. */
export const forwardedBy = (req: IncomingMessage): string | undefined =>
  headerOf(req, 'x-forwarded-for') ?? headerOf(req, 'x-real-ip');

/** Each value of a header that Node would join or drop the second of. @param wanted in lower case */
export function headersOf({ rawHeaders }: IncomingMessage, wanted: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === wanted.length && name.toLowerCase() === wanted) values.push(rawHeaders[i + 1]!);
  }
  return values;
}

export function assignRequestId(req: Request, res: Response, next: NextFunction): void {
  const id = requestIdFor(req);
  requestIds.set(req, id);
  res.setHeader('X-Request-Id', id);
  next();
}

export interface SplitUrl {
  /** Without the root path and the carrier: what routes are written for. */
  readonly url: string;
  /** KEY of `/k/KEY/…`, as it stands there. */
  readonly pathKey: string | undefined;
}

/** White space around a key comes with it when it is pasted. */
const SPACE = '(?:%20|%0[9ADad])*';

/** Takes the root path and the `/k/KEY` carrier off a URL. */
export function urlSplitter(rootPath: string, prefixes: readonly string[]): (url: string) => SplitUrl {
  const key = new RegExp(`^${SPACE}(?:(?:${prefixes.join('|')})_[0-9A-Za-z]+|[-a-z0-9]+)${SPACE}$`);
  const root = new RegExp(`^${rootPath.replace(/[.]/g, '\\.')}(?=[/?]|$)`);
  return (sent) => {
    const target = originForm(sent);
    const isRooted = rootPath !== '' && root.test(target);
    const url = isRooted ? target.slice(rootPath.length).replace(/^(?!\/)/, '/') : target;
    const end = url.startsWith('/k/') ? url.indexOf('/', 3) : -1;
    if (end < 0) return { url, pathKey: undefined };
    const pathKey = url.slice(3, end);
    return key.test(pathKey) ? { url: url.slice(end), pathKey } : { url, pathKey: undefined };
  };
}

/** Path and query alone: proxies may send whole URLs (RFC 9112, 3.2.2), and a fragment is nobody's business but the client's. */
export function originForm(target: string): string {
  if (target.startsWith('/') && !target.includes('#')) return target;
  return target
    .replace(/#.*/s, '')
    .replace(/^https?:\/\/[^/?]*/i, '')
    .replace(/^(?=\?|$)/, '/');
}

/** Routes are written once, for the URL without root path and carrier. */
export function normalizePath(split: (url: string) => SplitUrl) {
  return (req: Request, _res: Response, next: NextFunction): void => {
    const { url, pathKey } = split(req.url);
    if (pathKey !== undefined) pathKeys.set(req, pathKey);
    req.url = url;
    next();
  };
}
