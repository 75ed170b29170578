import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { SplitUrl } from '../platform/request-context.js';
import { RequestReader } from '../verification/request-reader.js';
import type { Attempt, OriginalRequest } from '../verification/request-reader.js';
import { parseRequirements } from '../verification/requirements.js';
import type { ForwardAuthRequest } from './forward-auth.js';

export const ROUTE = '/v1/forward-auth';
const MOST_CACHE_SECONDS = 3600;

/** Reads what a gateway asks: options in the route's own query, or, where that is the client's (Envoy), in a header. */
@Injectable()
export class ForwardAuthReader {
  constructor(private readonly reader: RequestReader) {}

  /** @throws DomainError invalid, for a `require` that is none */
  attempt(req: IncomingMessage, split: SplitUrl): Attempt {
    const attempt = this.reader.attempt(req, split, this.original(req, split));
    const options = this.options(req, split);
    const require = options.get('require') ?? undefined;
    const audience = options.get('audience') ?? undefined;
    if (require === undefined && audience === undefined) return attempt;
    const { inUrl, clientIp, origin, referer } = attempt.context;
    const asked = { audience, require: parseRequirements(require) };
    return { ...attempt, context: { inUrl, clientIp, origin, referer, ...asked } };
  }

  request(req: IncomingMessage, split: SplitUrl, requestId: string): ForwardAuthRequest {
    const options = this.options(req, split);
    const { uri } = this.original(req, split);
    return {
      foldsStatus: options.get('status') === 'nginx',
      cacheSeconds: secondsOf(options.get('cache')),
      audience: options.get('audience') ?? undefined,
      upstreamUri: uri === undefined ? '' : this.withoutKey(uri),
      requestId,
      req,
      url: split.url,
    };
  }

  /** Whether this is a browser's question before the request, which the operator lets pass. */
  isPreflight(req: IncomingMessage, split: SplitUrl): boolean {
    const method = this.reader.originalOf(req).method ?? req.method;
    const { origin, 'access-control-request-method': asked } = req.headers;
    const passes = this.options(req, split).get('preflight') === '1';
    return passes && method === 'OPTIONS' && origin !== undefined && asked !== undefined;
  }

  /** Envoy appends the original path and query to ours; the others tell them in a header. */
  private original(req: IncomingMessage, split: SplitUrl): OriginalRequest {
    if (isOwnRoute(split)) return this.reader.originalOf(req);
    return { uri: split.url.slice(ROUTE.length), method: req.method };
  }

  /** What the operator asks for. Below the route the query is the client's, who could let himself in by it. */
  private options(req: IncomingMessage, split: SplitUrl): URLSearchParams {
    if (isOwnRoute(split)) return paramsOf(split);
    const header = req.headers['x-apikm-options'];
    return typeof header === 'string' && this.reader.isTrusted(req) ? new URLSearchParams(header) : NO_PARAMS;
  }

  private withoutKey(uri: string): string {
    const { url } = this.reader.split(uri);
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const kept = query.split('&').filter((pair) => !/^(?:api-key|api%2dkey)(?:=|$)/i.test(decodeName(pair)));
    const clean = kept.filter(Boolean).length ? `${path}?${kept.join('&')}` : path;
    return clean.replace(/[^\x21-\x7e]/g, (sign) => encodeURIComponent(Buffer.from(sign).toString()));
  }
}

const isOwnRoute = ({ url }: SplitUrl): boolean => url === ROUTE || url.startsWith(`${ROUTE}?`);

function paramsOf({ url }: SplitUrl): URLSearchParams {
  const at = url.indexOf('?');
  return at < 0 ? NO_PARAMS : new URLSearchParams(url.slice(at + 1));
}

const NO_PARAMS = new URLSearchParams();

/** A name may be written with percent signs, and still be read as the same by whoever gets it. */
function decodeName(pair: string): string {
  return [...new URLSearchParams(pair).keys()][0] ?? pair;
}

function secondsOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Math.min(Number(text), MOST_CACHE_SECONDS) : undefined;
}
