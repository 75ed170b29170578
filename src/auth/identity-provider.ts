import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { causesOf } from '../platform/causes.js';
import { Clock } from '../platform/clock.js';
import { addressesFor, discoveryUrl } from './provider-addresses.js';
import type { Metadata } from './provider-addresses.js';
import { ProviderFault, ProviderFaults } from './provider-faults.js';
import { ProviderKeys, TIMEOUT_MS } from './provider-keys.js';

const REREAD_MS = 3_600_000;
/** Whoever sends a foreign token makes for a mismatch. */
const MISMATCH_PAUSE_MS = 30_000;

export interface Discovered {
  readonly issuer: string;
  readonly keys: ProviderKeys;
  readonly metadata: Metadata;
}

/** What the OpenID provider says of itself: read at the first use, every hour, after a failure and at a mismatch. */
@Injectable()
export class IdentityProvider {
  private known: Discovered | undefined;
  private reading: Promise<Discovered> | undefined;
  private readAt = -Infinity;
  private mismatchAt = -Infinity;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly faults: ProviderFaults,
  ) {}

  /** @throws DomainError unavailable, while the provider was never read. */
  async discovered(): Promise<Discovered> {
    if (!this.known) return this.reread();
    if (this.clock.millis() - this.readAt > REREAD_MS) void this.reread().catch(() => {});
    return this.known;
  }

  /** Something of the provider's did not match what is known: another issuer, another key. The same object: all is as before. */
  async rediscovered(): Promise<Discovered> {
    const now = this.clock.millis();
    if (!this.known || now - this.mismatchAt < MISMATCH_PAUSE_MS) return this.reading ?? this.discovered();
    this.mismatchAt = now;
    return this.reread().catch(() => this.known!);
  }

  /** Now; what was read before stays good while that fails. @throws DomainError unavailable */
  reread(): Promise<Discovered> {
    this.reading ??= this.readOnce().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async readOnce(): Promise<Discovered> {
    this.readAt = this.clock.millis();
    const metadata = await this.fetchMetadata().catch((error: unknown) => {
      const fault = error instanceof ProviderFault ? error : this.unreachable(error);
      throw this.faults.failed('discovery', fault);
    });
    this.faults.fine('discovery');
    if (this.known && isDeepStrictEqual(this.known.metadata, metadata)) return this.known;
    const isSameKeys = this.known?.keys.url === metadata.jwks_uri;
    const keys = isSameKeys ? this.known!.keys : new ProviderKeys(metadata.jwks_uri, this.clock, this.faults);
    return (this.known = { issuer: metadata.issuer, keys, metadata });
  }

  private async fetchMetadata(): Promise<Metadata> {
    const url = discoveryUrl(this.config.oidc);
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
    const text = await response.text();
    const elsewhere = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && elsewhere) throw redirected(url, elsewhere);
    if (response.status === 404) throw noRealm(this.config, url, text);
    if (response.status >= 500)
      throw new ProviderFault('server_error', `The identity provider answers ${response.status} at ${url}.`);
    return addressesFor(metadataOf(response.status, url, text), this.config.oidc);
  }

  private unreachable(error: unknown): ProviderFault {
    return this.faults.unreachable(discoveryUrl(this.config.oidc), error, causesOf(error));
  }
}

/** Keycloak says so when it is the realm that is missing; a wrong path is told otherwise. */
function noRealm({ oidc: { realm } }: Config, url: string, body: string): ProviderFault {
  const message = body.includes('Realm does not exist')
    ? `The identity provider has no realm ${JSON.stringify(realm)} (404 at ${url}). Check APIKM_OIDC_REALM.`
    : `The identity provider answers 404 at ${url}. Check APIKM_OIDC_ENDPOINT, which holds Keycloak's relative path, such as /auth, where it has one, and APIKM_OIDC_REALM.`;
  return new ProviderFault('no_realm', message);
}

const LONGEST_SHOWN = 200;

/** Usually from http to https: what is sent there should not go the first way at all. */
function redirected(from: string, to: string): ProviderFault {
  const shown = JSON.stringify(to.slice(0, LONGEST_SHOWN));
  const message = `The identity provider redirects ${from} to ${shown}. Set APIKM_OIDC_ENDPOINT, or APIKM_OIDC_INTERNAL_ENDPOINT where that is used, to the address that answers without a redirect.`;
  return new ProviderFault('not_a_provider', message);
}

const NEEDED = ['issuer', 'jwks_uri', 'authorization_endpoint', 'token_endpoint'] as const;

function metadataOf(status: number, url: string, text: string): Metadata {
  const metadata = parsed(text);
  if (status === 200 && NEEDED.every((name) => URL.canParse(String(metadata?.[name]))))
    return metadata as unknown as Metadata;
  throw new ProviderFault(
    'not_a_provider',
    `There is no OpenID provider at ${url} (status ${status}, no discovery document). Check APIKM_OIDC_ENDPOINT and APIKM_OIDC_REALM.`,
  );
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
