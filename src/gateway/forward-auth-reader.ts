import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { KeyNames } from '../config/config.js';
import { headersOf } from '../platform/request-context.js';
import type { NextFunction, Request, Response } from 'express';
import type { SplitUrl } from '../platform/request-context.js';
import { isKeyName } from '../verification/carriers.js';
import { RequestReader } from '../verification/request-reader.js';
import type { Attempt, OriginalRequest } from '../verification/request-reader.js';
import { readOptions, unclear } from './forward-auth-options.js';
import type { ForwardAuthOptions } from './forward-auth-options.js';

export const ROUTE = '/v1/forward-auth';

/** What a gateway asks: its operator's options, and the request in front of it. */
export interface ForwardAuthRequest {
  readonly req: IncomingMessage;
  readonly split: SplitUrl;
  readonly requestId: string;
  readonly options: ForwardAuthOptions;
  readonly original: OriginalRequest;
  /** The original URI without the key; empty where it isn't known. */
  readonly upstreamUri: string;
  /** The headers in which a key may have come, for those who take them off. */
  readonly keyHeaders: string;
}

export interface GatewayAttempt extends Attempt {
  readonly request: ForwardAuthRequest;
}

/**
 * Below the route stands the path of somebody else's request, in whatever encoding. Express would refuse what it can't
 * decode, and with it a good key: so routing sees the route alone, and the reader what was sent.
 */
export function forwardAuthAsOneRoute(req: Request, _res: Response, next: NextFunction): void {
  if (req.url.startsWith(`${ROUTE}/`)) req.url = ROUTE;
  next();
}

/** Reads what a gateway asks: options in the route's own query, or, where that is the client's (Envoy), in a header. */
@Injectable()
export class ForwardAuthReader {
  private readonly names: KeyNames;
  private readonly keyHeaders: string;

  constructor(
    private readonly reader: RequestReader,
    { keys }: Config,
  ) {
    this.names = keys;
    this.keyHeaders = [...keys.headers, 'authorization'].join();
  }

  /** What was asked, before Express saw it: the path below the route included. */
  split(req: Request): SplitUrl {
    return this.reader.split(req.originalUrl);
  }

  request(req: IncomingMessage, split: SplitUrl, requestId: string): ForwardAuthRequest {
    const original = this.original(req, split);
    const [uri] = original.uris;
    const upstreamUri = uri === undefined ? '' : this.withoutKey(uri).replace(/^(?!\/)/, '/');
    const options = this.options(req, split);
    return { req, split, requestId, options, original, upstreamUri, keyHeaders: this.keyHeaders };
  }

  attempt(request: ForwardAuthRequest): GatewayAttempt {
    const { req, split, original, options } = request;
    const { audience, require } = options;
    const { uris: originalUris, methods } = original;
    const question = { originalUris, audience, require, methods };
    const { presented, digest, context, client, address, userAgent } = this.reader.attempt(
      req,
      split,
      question,
    );
    return { presented, digest, context, client, address, userAgent, request };
  }

  /**
   * Whether this is a browser's question before the request, which the operator lets pass. Nobody but the gateway may
   * say that it was OPTIONS: where two headers contradict each other, one of them is the client's.
   */
  isPreflight({ req, options, original }: ForwardAuthRequest): boolean {
    const { origin, 'access-control-request-method': asked } = req.headers;
    if (!options.letsPreflightsPass || origin === undefined || asked === undefined) return false;
    // A gateway that tells no method passes the client's on as its own.
    const methods = original.methods.length > 0 ? original.methods : [req.method ?? ''];
    return methods.every((method) => method === 'OPTIONS');
  }

  /** Envoy appends the original path and query to ours; the others tell them in a header. */
  private original(req: IncomingMessage, split: SplitUrl): OriginalRequest {
    if (isOwnRoute(split)) return this.reader.originalOf(req);
    return { uris: [split.url.slice(ROUTE.length)], methods: [req.method ?? ''] };
  }

  /** What the operator asks for. Below the route the query is the client's, who could let himself in by it. */
  private options(req: IncomingMessage, split: SplitUrl): ForwardAuthOptions {
    const told = headersOf(req, 'x-apikm-options');
    const problem = told.length > 0 ? this.misplaced(req, split, told) : undefined;
    if (problem !== undefined) return unclear(`X-Apikm-Options, ${problem}`);
    if (isOwnRoute(split)) return readOptions(split.url.slice(ROUTE.length + 1), this.names.queries);
    const isSlip = MISWRITTEN.test(split.url) && this.reader.originalOf(req).uris.length > 0;
    return isSlip ? unclear(`a query behind ${ROUTE}/`) : readOptions(told[0] ?? '', this.names.queries);
  }

  /** Whoever sent the header wanted something: it is never left out without a word. */
  private misplaced(req: IncomingMessage, split: SplitUrl, told: readonly string[]): string | undefined {
    if (!this.reader.isTrusted(req)) return 'from a peer that is not a trusted proxy';
    if (split.url === ROUTE) return `at ${ROUTE} itself, whose options are its query`;
    return told.length > 1 ? 'which is given twice' : undefined;
  }

  private withoutKey(uri: string): string {
    const at = uri.indexOf('?');
    const path = at < 0 ? uri : uri.slice(0, at);
    return printable(this.withoutPathKey(path) + (at < 0 ? '' : this.withoutKeys(uri.slice(at + 1))));
  }

  private withoutKeys(query: string): string {
    const isKept = (pair: string): boolean =>
      pair !== '' && !isKeyName(pair.split('=', 1)[0]!, this.names.queries);
    const kept = query.split('&').filter(isKept);
    return kept.length > 0 ? `?${kept.join('&')}` : '';
  }

  /** The carrier alone is taken out, also where it stands behind our root path or twice: the rest is the upstream's. */
  private withoutPathKey(path: string): string {
    const { pathKey } = this.reader.split(path);
    if (pathKey === undefined) return path;
    const carrier = `/k/${pathKey}`;
    const begin = path.indexOf(carrier);
    let end = begin;
    while (path.startsWith(`${carrier}/`, end)) end += carrier.length;
    return settled(path.slice(0, begin) + path.slice(end));
  }
}

const DOTS = /(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?=[/\\]|%2f|%5c|$)/i;

/**
 * A gateway lets `..` climb as far as the root, and took /k/KEY for two steps on the way there. Where these are cut
 * off, the path after them must not climb out of what the service serves.
 */
function settled(path: string): string {
  if (!DOTS.test(path)) return path;
  const steps: string[] = [];
  for (const step of path.split(/[/\\]|%2f|%5c/i).slice(1)) {
    const plain = step.replaceAll(/%2e/gi, '.');
    if (plain === '..') steps.pop();
    else if (plain !== '.') steps.push(step);
  }
  return `/${steps.join('/')}`;
}

/** A slash or a word too many makes what the operator demands a query of the client's, and would let everybody in. */
const MISWRITTEN = new RegExp(`^${ROUTE}/[^?]*\\?(?:.*&)?(?:requires?|audience|role|group|scope)=`, 'i');

const isOwnRoute = ({ url }: SplitUrl): boolean => url === ROUTE || url.startsWith(`${ROUTE}?`);

/**
 * What a header can't hold, or a gateway would cut in two. Other bytes stay as they came, each as one sign, as Node reads
 * them: in percent signs an address that a gateway just took would be longer than its buffer for the answer.
 */
const printable = (url: string): string => url.replace(/[\x00-\x20\x7f]/g, inPercent);

export const inPercent = (byte: string): string =>
  `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
