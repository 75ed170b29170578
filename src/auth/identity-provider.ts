import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';

/** Asymmetric only: with HS256 or none, whoever knows the public key could sign. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
export const TIMEOUT_MS = 5000;
/** An unknown key id is looked up at most this often. */
const COOLDOWN_MS = 30_000;
const REFRESH_MS = 600_000;
const SKEW_SECONDS = 5;

/** The provider's own description, as far as it is used here. */
interface Metadata {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly authorization_response_iss_parameter_supported?: boolean;
}

export interface Discovered {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly metadata: Metadata;
}

/** What the OpenID provider says of itself: read at the first use, and again after a failure. */
@Injectable()
export class IdentityProvider {
  private provider: Promise<Discovered> | undefined;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError unavailable, while the provider can't be read. */
  discovered(): Promise<Discovered> {
    this.provider ??= this.discover().catch((error: unknown) => {
      this.provider = undefined;
      throw providerAway(error);
    });
    return this.provider;
  }

  private async discover(): Promise<Discovered> {
    const { endpoint, realm } = this.config.oidc;
    const url = `${endpoint}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
    const metadata = (await response.json()) as Metadata;
    if (typeof metadata.issuer !== 'string' || typeof metadata.jwks_uri !== 'string')
      throw new Error(`the discovery document is none (status ${response.status})`);
    return { issuer: metadata.issuer, keys: this.keys(metadata.jwks_uri), metadata };
  }

  /** Known keys go on working while the provider is away; those withdrawn there are forgotten within minutes. */
  private keys(url: string): JWTVerifyGetKey {
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: Infinity };
    const keys = createRemoteJWKSet(new URL(url), options);
    let refreshedAt = this.clock.now().getTime();
    return (header, token) => {
      const now = this.clock.now().getTime();
      if (now - refreshedAt > REFRESH_MS) {
        refreshedAt = now;
        keys.reload().catch(() => {});
      }
      return keys(header, token);
    };
  }
}

/** What every token of the provider has to fulfil, for jose. */
export const tokenRules = (issuer: string, now: Date) => ({
  issuer,
  algorithms: ALGORITHMS,
  clockTolerance: SKEW_SECONDS,
  currentDate: now,
});

export const providerAway = (cause: unknown): DomainError =>
  new DomainError(
    'unavailable',
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'The identity provider could not be reached. Try again in a moment.',
    { retryAfterSeconds: 10, cause },
  );
