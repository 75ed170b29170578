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
  readonly context: VerificationContext;
  /** The throttle's bucket of who asks. */
  readonly client: string;
}

/** Reads a request for verification; headers about somebody else's request are believed from trusted proxies alone. */
@Injectable()
export class RequestReader {
  readonly split: (url: string) => SplitUrl;
  private readonly trusted: AddressRange[];
  private readonly peers = new WeakMap<object, string>();
  private readonly buckets = new LRUCache<string, string>({ max: MOST_ADDRESSES });

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.trusted = parseRanges(config.http.trustedProxies);
    this.split = urlSplitter(config.http.rootPath, config.keys.prefix);
  }

  /** @param url without root path and carrier */
  attempt(req: IncomingMessage, { url, pathKey }: SplitUrl, original?: OriginalRequest): Attempt {
    const own = { query: queryOf(url), pathKey };
    const urls = original?.uri === undefined ? [own] : [own, this.carriersOf(original.uri)];
    const presented = presentedKey({ headers: keyHeaders(req.rawHeaders), urls }, this.config.keys.prefix);
    const inUrl = presented.kind === 'key' && presented.inUrl;
    // Addresses count as the client's only where the operator has said what stands in between.
    const clientIp = this.trusted.length ? this.addressOf(req) : undefined;
    return {
      presented,
      context: new RequestContext(req, inUrl, clientIp),
      client: this.clientOf(req, clientIp),
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

  /** Known of a connection once and for all, where no proxy brings many clients over it. */
  private clientOf(req: IncomingMessage, clientIp: string | undefined): string {
    if (clientIp !== undefined) return this.bucketOf(clientIp);
    let bucket = this.peers.get(req.socket);
    if (bucket === undefined) this.peers.set(req.socket, (bucket = this.bucketOf(this.addressOf(req))));
    return bucket;
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

/** What decide asks of a request, read only when a rule does: few keys have limits. */
class RequestContext implements VerificationContext {
  constructor(
    private readonly req: IncomingMessage,
    readonly inUrl: boolean,
    readonly clientIp: string | undefined,
  ) {}

  get origin(): string | undefined {
    return this.req.headers.origin;
  }

  get referer(): string | undefined {
    return this.req.headers.referer;
  }
}

/**
 * The headers that carry keys, every value of one that is sent twice. Node's own object of headers joins or drops
 * the second value, and costs more to make than all the rest of a verification.
 */
function keyHeaders(raw: readonly string[]): CarrierSource['headers'] {
  let keys: string[] | undefined;
  let authorization: string[] | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const { length } = raw[i]!;
    if (length === 9 && raw[i]!.toLowerCase() === 'x-api-key') (keys ??= []).push(raw[i + 1]!);
    if (length === 13 && raw[i]!.toLowerCase() === 'authorization') (authorization ??= []).push(raw[i + 1]!);
  }
  return { 'x-api-key': keys, authorization };
}
