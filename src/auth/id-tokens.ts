import { Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { isStorable } from '../platform/storable.js';
import { LONGEST_SUB } from './bearer-tokens.js';
import { IdentityProvider, providerAway, tokenRules } from './identity-provider.js';
import { refusedAnswer } from './login-refusal.js';

const REQUIRED = ['exp', 'iat', 'sub', 'nonce'];

/** ID tokens of a login, verified against the provider's published keys. */
@Injectable()
export class IdTokens {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** Who logged in, and the provider's name for the session. @throws DomainError forbidden, or unavailable. */
  async verify(token: string, nonce: string): Promise<{ sub: string; sid: string | undefined }> {
    const { sub, sid, ...claims } = await this.checked(token);
    if (claims.nonce !== nonce) throw refusedAnswer('The nonce is another.');
    if (!this.isForUs(claims)) throw refusedAnswer('azp is another client.');
    if (!isName(sub) || sub === '') throw refusedAnswer('sub is no text.');
    return { sub, sid: isName(sid) ? sid : undefined };
  }

  private async checked(token: string): Promise<JWTPayload> {
    const { issuer, keys } = await this.provider.discovered();
    const audience = this.config.oidc.clientId;
    const rules = { ...tokenRules(issuer, this.clock.now()), audience, requiredClaims: REQUIRED };
    return jwtVerify(token, keys, rules).then(
      ({ payload }) => payload,
      (error: unknown) => {
        throw isAway(error) ? providerAway(error) : refusedAnswer(error);
      },
    );
  }

  /** Of a token for several audiences, `azp` says whose it is. */
  private isForUs({ aud, azp }: JWTPayload): boolean {
    const isShared = Array.isArray(aud) && aud.length > 1;
    return azp === undefined ? !isShared : azp === this.config.oidc.clientId;
  }
}

const isName = (name: unknown): name is string => typeof name === 'string' && isStorable(name, LONGEST_SUB);

/** The keys could not be had: no answer, or none that holds keys, which jose has no code of its own for. */
function isAway(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return true;
  return error instanceof errors.JWKSTimeout || error.code === 'ERR_JOSE_GENERIC';
}
