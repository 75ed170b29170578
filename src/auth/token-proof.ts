import { Injectable } from '@nestjs/common';
import { jwtVerify } from 'jose';
import type { JWTVerifyOptions, JWTVerifyResult } from 'jose';
import { Clock } from '../platform/clock.js';
import { IdentityProvider } from './identity-provider.js';
import type { Discovered } from './identity-provider.js';
import type { BroughtBy } from './provider-keys.js';
import { refusalOf, TokenRefused } from './token-refusal.js';

/** Asymmetric only: with HS256 or none, whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const SKEW_SECONDS = 5;

type Rules = Pick<JWTVerifyOptions, 'requiredClaims' | 'maxTokenAge'> & { readonly audience?: string };

/** Holds every token of the provider against its published keys and its name; once more when those have changed. */
@Injectable()
export class TokenProof {
  /** Refused tokens by kind, since the start. */
  readonly refused: Record<string, number> = {};

  constructor(
    private readonly provider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** @throws TokenRefused, or DomainError unavailable when the provider's keys can't be had. */
  async prove(token: string, by: BroughtBy, rules: Rules): Promise<JWTVerifyResult> {
    const provider = await this.provider.discovered();
    try {
      return await this.proveBy(provider, token, by, rules);
    } catch (error) {
      if (!(error instanceof TokenRefused && error.isMismatch)) throw error;
      const changed = await this.provider.rediscovered();
      if (changed === provider) throw error;
      return this.proveBy(changed, token, by, rules);
    }
  }

  /** Counts it. */
  refuse(refusal: TokenRefused): TokenRefused {
    this.refused[refusal.fault] = (this.refused[refusal.fault] ?? 0) + 1;
    return refusal;
  }

  private async proveBy(
    { issuer, keys }: Discovered,
    token: string,
    by: BroughtBy,
    rules: Rules,
  ): Promise<JWTVerifyResult> {
    const now = this.clock.now();
    const every = { issuer, algorithms: ALGORITHMS, clockTolerance: SKEW_SECONDS, currentDate: now };
    try {
      return await jwtVerify(token, keys.for(by), { ...every, ...rules });
    } catch (error) {
      const refusal = refusalOf(error, token, { issuer, now, keysUrl: keys.url, audience: rules.audience });
      throw refusal ? this.refuse(refusal) : error;
    }
  }
}
