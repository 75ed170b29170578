import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { IdentityProvider, providerAway, tokenRules } from './identity-provider.js';
import type { Discovered } from './identity-provider.js';

/** Access tokens of our client, verified against the provider's published keys. */
@Injectable()
export class BearerTokens {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** The token's claims. @throws DomainError unauthenticated, or unavailable when the provider's keys can't be had. */
  async verify(token: string): Promise<JWTPayload & { readonly sub: string }> {
    const payload = await this.checked(token, await this.provider.discovered());
    const { clientId } = this.config.oidc;
    if (payload.typ === 'ID') throw refused('This is an ID token: send the access token.');
    if (payload.typ === 'Refresh' || payload.typ === 'Offline')
      throw refused('This is a refresh token: send the access token.');
    if (![payload.aud].flat().includes(clientId) && payload.azp !== clientId) {
      throw refused('The token was issued for another client.');
    }
    return { ...payload, sub: payload.sub! };
  }

  private async checked(token: string, { issuer, keys }: Discovered): Promise<JWTPayload> {
    try {
      const rules = { ...tokenRules(issuer, this.clock.now()), requiredClaims: ['exp', 'sub'] };
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refused('The token has expired: log in anew.');
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
        throw providerAway(error);
      throw refused('The token is not valid here.');
    }
  }
}

const refused = (sentence: string): DomainError =>
  new DomainError('unauthenticated', 'INVALID_TOKEN', sentence);
