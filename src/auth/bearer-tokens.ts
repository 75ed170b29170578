import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyResult } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { IdentityProvider, providerAway, tokenRules } from './identity-provider.js';
import type { Discovered } from './identity-provider.js';

/** OpenID Connect Core, 2: a subject has at most 255 characters. */
export const LONGEST_SUB = 255;

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
    const { payload, protectedHeader } = await this.checked(token, await this.provider.discovered());
    expectAccessToken(payload, protectedHeader.typ);
    const { clientId } = this.config.oidc;
    if (![payload.aud].flat().includes(clientId) && payload.azp !== clientId)
      throw refused('The token was issued for another client.');
    if (!isStorable(payload.sub!, LONGEST_SUB)) throw refused('The token names nobody.');
    return { ...payload, sub: payload.sub! };
  }

  private async checked(token: string, { issuer, keys }: Discovered): Promise<JWTVerifyResult> {
    try {
      const rules = { ...tokenRules(issuer, this.clock.now()), requiredClaims: ['exp', 'sub'] };
      return await jwtVerify(token, keys, rules);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refused('The token has expired: log in anew.');
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
        throw providerAway(error);
      throw refused('The token is not valid here.');
    }
  }
}

/** By its own word: Keycloak's says so in its payload, others in their header (RFC 9068). */
function expectAccessToken(payload: JWTPayload, headerTyp: string | undefined): void {
  if (payload.typ === 'Refresh' || payload.typ === 'Offline')
    throw refused('This is a refresh token: send the access token.');
  const saysSo = payload.typ === 'Bearer' || /^(?:application\/)?at\+jwt$/i.test(headerTyp ?? '');
  // Those of ID tokens and logout tokens, which lie around in browsers and logs.
  if (!saysSo || 'nonce' in payload || 'events' in payload)
    throw refused('This is no access token: an ID token or another one. Send the access token.');
}

const refused = (sentence: string): DomainError =>
  new DomainError('unauthenticated', 'INVALID_TOKEN', sentence);
