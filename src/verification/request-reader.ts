import type { IncomingMessage } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { digestHex } from '../api-keys/key-material.js';
import { Config } from '../config/config.js';
import type { KeyNames } from '../config/config.js';
import type { AddressRange } from '../config/addresses.js';
import { clientOf, inRanges, parseRanges, throttleBucket } from '../platform/client-address.js';
import type { Client } from '../platform/client-address.js';
import { forwardedBy, headerOf, headersOf, originForm, urlSplitter } from '../platform/request-context.js';
import type { SplitUrl } from '../platform/request-context.js';
import { headerAlone, presentedKey } from './carriers.js';
import type { CarrierSource, Presented, UrlCarriers } from './carriers.js';
import type { Requirement, VerificationContext } from './decide.js';

const MOST_CLIENTS = 10_000;
/** Longer lists of forwarded addresses are read each time, so that what is remembered stays small. */
const LONGEST_REMEMBERED = 200;

/** The other end of a connection. */
interface Peer {
  readonly address: string;
  /** Whether its forwarding headers are believed. */
  readonly trusted: boolean;
  /** Who asks where nobody is forwarded. */
  readonly alone: Client;
}

/** What a gateway says of the request that it asks about; empty where it says nothing, or isn't trusted. */
export interface OriginalRequest {
  /** Path and query as the client sent them. Several headers can tell them, and a key in any of them counts. */
  readonly uris: readonly string[];
  readonly methods: readonly string[];
}

/** What is asked beyond the request itself. */
interface Question {
  /** The URIs that a gateway asks about: they carry keys as well. */
  readonly originalUris?: readonly string[];
  readonly audience?: string;
  readonly require?: readonly Requirement[];
  /** Of the request that a gateway asks about, where somebody tells them. */
  readonly methods?: readonly string[];
}

/** A presented key with everything about its request that a decision may need. */
export interface Attempt {
  readonly presented: Presented;
  /** Of the presented key, if there is one. */
  readonly digest: string | undefined;
  readonly context: VerificationContext;
  /** The throttle's bucket of who asks. */
  readonly client: string;
  /** Where the request came from, as far as is known, and the user agent that it names: for whoever looks for the reason. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

/** Reads a request for verification; headers about somebody else's request are believed from trusted proxies alone. */
@Injectable()
export class RequestReader {
  readonly split: (url: string) => SplitUrl;
  private readonly names: KeyNames;
  private readonly keyHeaders: readonly string[];
  private readonly trusted: AddressRange[];
  /** Known of a connection once and for all. */
  private readonly peers = new WeakMap<object, Peer>();
  private readonly logger = new Logger('RequestReader');
  private hasWarned = false;
  private hasWarnedOfNonsense = false;
  private readonly forwarded = new LRUCache<string, Client>({ max: MOST_CLIENTS });

  constructor({ http, keys }: Config) {
    this.names = keys;
    this.keyHeaders = [...keys.headers, 'authorization'];
    this.trusted = parseRanges(http.trustedProxies);
    this.split = urlSplitter(http.rootPath, keys.prefixes);
  }

  /** @param url without root path and carrier */
  attempt(req: IncomingMessage, { url, pathKey }: SplitUrl, question: Question = NOTHING_ASKED): Attempt {
    const urls: UrlCarriers[] = [{ query: queryOf(url), pathKey }];
    if (question.originalUris) for (const uri of question.originalUris) urls.push(this.carriersOf(uri));
    const presented =
      headerAlone(req.headers, urls, this.names) ??
      presentedKey({ headers: allValues(req, this.keyHeaders), urls }, this.names);
    const isKey = presented.kind === 'key';
    const inUrl = isKey && presented.inUrl;
    const digest = isKey ? digestHex(presented.secret) : undefined;
    const { address, bucket } = this.clientOf(req);
    // Addresses count as the client's only where the operator has said what stands in between.
    const clientIp = this.trusted.length ? address : undefined;
    const context = new RequestContext(req, inUrl, clientIp, question);
    const userAgent = req.headers['user-agent'];
    return { presented, digest, context, client: bucket, address, userAgent };
  }

  /** What nginx, Traefik and others tell of the request in front of them. */
  originalOf(req: IncomingMessage): OriginalRequest {
    if (!this.isTrusted(req)) return NOTHING_SAID;
    const told = (names: readonly string[]): string[] => {
      const values: string[] = [];
      for (const name of names) {
        const value = headerOf(req, name);
        if (value) values.push(value);
      }
      return values;
    };
    return { uris: told(ORIGINAL_URIS).map(originForm), methods: told(ORIGINAL_METHODS) };
  }

  isTrusted(req: IncomingMessage): boolean {
    return this.peerOf(req).trusted;
  }

  /** The throttle's bucket of who asks, or of the address that a trusted peer asks for. */
  bucketOf(req: IncomingMessage, clientIp?: string): string {
    const { address, bucket } = this.clientOf(req);
    // A service of ours may; whoever comes through a gateway may not, or he would have as many buckets as he likes.
    const mayName = address === undefined ? this.isDirect(req) : inRanges(address, this.trusted);
    return clientIp !== undefined && mayName ? throttleBucket(clientIp) : bucket;
  }

  private peerOf(req: IncomingMessage): Peer {
    const { socket } = req;
    let peer = this.peers.get(socket);
    if (!peer) {
      const address = socket.remoteAddress ?? '';
      const trusted = inRanges(address, this.trusted);
      peer = { address, trusted, alone: clientOf(address, undefined, this.trusted) };
      this.peers.set(socket, peer);
      if (!trusted) this.warnOfGateway(req, address);
    }
    return peer;
  }

  /** Once, and looked for in a connection's first request alone: a gateway sends them in each. */
  private warnOfGateway(req: IncomingMessage, address: string): void {
    const told = FORWARDING.find((name) => headerOf(req, name) !== undefined);
    if (this.hasWarned || told === undefined) return;
    this.hasWarned = true;
    this.logger.warn(
      `${told} from ${address} is ignored. If a gateway of yours calls from there, add it to APIKM_TRUSTED_PROXIES.`,
    );
  }

  /** Once: a gateway that writes addresses in a form of its own does so in each request. */
  private warnOfNonsense(address: string, forwardedFor: string): void {
    if (this.hasWarnedOfNonsense) return;
    this.hasWarnedOfNonsense = true;
    this.logger.warn(
      `the trusted proxy ${address} forwards something that is not an address (X-Forwarded-For or X-Real-IP, of the form ${formOf(forwardedFor)}): keys with allowedIps are refused behind it, and such clients are throttled together`,
    );
  }

  /** Nobody stands in between: a trusted peer speaks for itself. */
  private isDirect(req: IncomingMessage): boolean {
    return this.isTrusted(req) && forwardedBy(req) === undefined;
  }

  private clientOf(req: IncomingMessage): Client {
    const peer = this.peerOf(req);
    const forwardedFor = peer.trusted ? forwardedBy(req) : undefined;
    if (forwardedFor === undefined) return peer.alone;
    const id = `${peer.address} ${forwardedFor}`;
    let client = this.forwarded.get(id);
    if (!client) {
      client = clientOf(peer.address, forwardedFor, this.trusted);
      if (client.address === undefined) this.warnOfNonsense(peer.address, forwardedFor);
      if (id.length <= LONGEST_REMEMBERED) this.forwarded.set(id, client);
    }
    return client;
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

const NOTHING_ASKED: Question = {};
const NOTHING_SAID: OriginalRequest = { uris: [], methods: [] };
const ORIGINAL_URIS = ['x-original-uri', 'x-original-url', 'x-forwarded-uri'];
const ORIGINAL_METHODS = ['x-original-method', 'x-forwarded-method'];
const FORWARDING = [...ORIGINAL_URIS, ...ORIGINAL_METHODS, 'x-forwarded-for', 'x-real-ip'];
/** What it looks like, without what it says. */
const formOf = (text: string): string =>
  JSON.stringify(text.slice(-60).replace(/\d/g, '9').replace(/[a-z]/gi, 'a'));

/** What decide asks of a request, read only when a rule does: few keys have limits. */
class RequestContext implements VerificationContext {
  constructor(
    private readonly req: IncomingMessage,
    readonly inUrl: boolean,
    readonly clientIp: string | undefined,
    private readonly question: Question,
  ) {}

  get audience(): string | undefined {
    return this.question.audience;
  }

  get require(): readonly Requirement[] | undefined {
    return this.question.require;
  }

  get methods(): readonly string[] | undefined {
    return this.question.methods;
  }

  get origin(): string | undefined {
    return headerOf(this.req, 'origin');
  }

  /** Of one that is sent twice Node would drop the second. */
  get referer(): string | undefined {
    return headersOf(this.req, 'referer').join(', ');
  }
}

/** Every value of these headers, also of one that is sent twice: Node's own object of headers would join or drop the second. */
function allValues(req: IncomingMessage, names: readonly string[]): CarrierSource['headers'] {
  const values: Record<string, string[]> = {};
  for (const name of names) if (req.headers[name] !== undefined) values[name] = headersOf(req, name);
  return values;
}
