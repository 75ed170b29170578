import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import {
  clientAddress,
  inRanges,
  canonicalAddress,
  parseRanges,
  throttleBucket,
} from '../platform/client-address.js';
import type { AddressRange } from '../platform/client-address.js';
import { urlSplitter } from '../platform/request-context.js';
import type { SplitUrl } from '../platform/request-context.js';
import { presentedKey } from './carriers.js';
import type { CarrierSource, Presented, UrlCarriers } from './carriers.js';
import type { VerificationContext } from './decide.js';

const MOST_ADDRESSES = 10_000;

/** What a gateway says of the request that it asks about. */
export interface OriginalRequest {
  /** Path and query as the client sent them; undefined: it said nothing, or isn't trusted. */
  readonly uri: string | undefined;
  readonly method: string | undefined;
}

/** A presented key with everything about its request that a decision may need. */
export interface Attempt {
  readonly presented: Presented;
  readonly context: Omit<VerificationContext, 'inUrl'>;
  /** The throttle's bucket of who asks. */
  readonly client: string;
}

/** Reads a request for verification; headers about somebody else's request are believed from trusted proxies alone. */
@Injectable()
export class RequestReader {
  readonly split: (url: string) => SplitUrl;
  private readonly trusted: AddressRange[];
  private readonly buckets = new LRUCache<string, string>({ max: MOST_ADDRESSES });

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.trusted = parseRanges(config.http.trustedProxies);
    this.split = urlSplitter(config.http.rootPath, config.keys.prefix);
  }

  /** @param url without root path and carrier */
  attempt(req: IncomingMessage, { url, pathKey }: SplitUrl, original?: OriginalRequest): Attempt {
    const address = this.addressOf(req);
    const own = { query: queryOf(url), pathKey };
    const urls = original?.uri === undefined ? [own] : [own, this.carriersOf(original.uri)];
    return {
      presented: presentedKey({ headers: headersOf(req), urls }, this.config.keys.prefix),
      context: this.contextOf(req, address),
      client: this.bucketOf(address),
    };
  }

  /** What nginx, Traefik and others tell of the request in front of them. */
  originalOf(req: IncomingMessage): OriginalRequest {
    if (!this.isTrusted(req)) return { uri: undefined, method: undefined };
    const { headers } = req;
    const [uri] = [headers['x-original-uri'], headers['x-original-url'], headers['x-forwarded-uri']].filter(
      Boolean,
    );
    const method = headers['x-original-method'] ?? headers['x-forwarded-method'];
    return { uri: pathOf(first(uri)), method: first(method) };
  }

  isTrusted(req: IncomingMessage): boolean {
    if (this.trusted.length === 0) return false;
    const peer = canonicalAddress(req.socket.remoteAddress);
    return peer !== undefined && inRanges(peer, this.trusted);
  }

  addressOf(req: IncomingMessage): string {
    const { remoteAddress = '' } = req.socket;
    if (this.trusted.length === 0) return remoteAddress;
    const forwarded = req.headers['x-forwarded-for'];
    return clientAddress(
      remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      this.trusted,
    );
  }

  bucketOf(address: string): string {
    let bucket = this.buckets.get(address);
    if (bucket === undefined)
      this.buckets.set(address, (bucket = throttleBucket(canonicalAddress(address) ?? '0.0.0.0')));
    return bucket;
  }

  /** Addresses count as the client's only where the operator has said what stands in between. */
  private contextOf(req: IncomingMessage, address: string): Omit<VerificationContext, 'inUrl'> {
    const { origin, referer } = req.headers;
    return { clientIp: this.trusted.length ? address : undefined, origin, referer };
  }

  private carriersOf(uri: string): UrlCarriers {
    const { url, pathKey } = this.split(uri);
    return { query: queryOf(url), pathKey };
  }
}

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
};

const first = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Some gateways send the whole URL. */
const pathOf = (uri: string | undefined): string | undefined =>
  uri?.replace(/^https?:\/\/[^/]*(?=\/|$)/i, '') || undefined;

/** Every value of a header that is sent twice; Node joins those of x-api-key and drops those of Authorization. */
function headersOf(req: IncomingMessage): CarrierSource['headers'] {
  const { 'x-api-key': key, authorization } = req.headers;
  if (authorization !== undefined || (key !== undefined && key.includes(','))) return req.headersDistinct;
  return key === undefined ? NONE : { 'x-api-key': [key as string] };
}

const NONE: CarrierSource['headers'] = {};
