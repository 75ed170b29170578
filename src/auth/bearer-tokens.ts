import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const TIMEOUT_MS = 5000;

interface Provider {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
}

/** Access tokens of our client, verified against the provider's published keys. */
@Injectable()
export class BearerTokens {
  private provider: Promise<Provider> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** The token's claims. @throws DomainError unauthenticated, or unavailable when the provider's keys can't be had. */
  async verify(token: string): Promise<JWTPayload & { readonly sub: string }> {
    const { issuer, keys } = await this.discovered();
    const payload = await this.checked(token, issuer, keys);
    const { clientId } = this.config.oidc;
    if (payload.typ === 'ID') throw refused('This is an ID token: send the access token.');
    if (payload.typ === 'Refresh' || payload.typ === 'Offline')
      throw refused('This is a refresh token: send the access token.');
    if (![payload.aud].flat().includes(clientId) && payload.azp !== clientId) {
      throw refused('The token was issued for another client.');
    }
    return { ...payload, sub: payload.sub! };
  }

  private async checked(token: string, issuer: string, keys: JWTVerifyGetKey): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
        currentDate: this.clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refused('The token has expired: log in anew.');
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw away(error);
      throw refused('The token is not valid here.');
    }
  }

  /** Read at the first use, and again after a failure. */
  private discovered(): Promise<Provider> {
    this.provider ??= this.discover().catch((error: unknown) => {
      this.provider = undefined;
      throw away(error);
    });
    return this.provider;
  }

  private async discover(): Promise<Provider> {
    const { endpoint, realm } = this.config.oidc;
    const url = `${endpoint}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { issuer, jwks_uri: jwksUri } = (await response.json()) as { issuer: string; jwks_uri: string };
    // Known keys go on working while the provider is away; an unknown one is asked for at most every 30 s.
    const options = { timeoutDuration: TIMEOUT_MS, cooldownDuration: 30_000, cacheMaxAge: Infinity };
    return { issuer, keys: createRemoteJWKSet(new URL(jwksUri), options) };
  }
}

const refused = (sentence: string): DomainError =>
  new DomainError('unauthenticated', 'INVALID_TOKEN', sentence);

const away = (cause: unknown): DomainError =>
  new DomainError(
    'unavailable',
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'The identity provider could not be reached. Try again in a moment.',
    {
      retryAfterSeconds: 10,
      cause,
    },
  );
