import { Injectable, Logger } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import type { DomainError } from '../platform/domain-error.js';
import { Trouble } from '../platform/trouble.js';
import { isSubject } from './bearer-tokens.js';
import { clocksDiffer, refusedAnswer, unfitAnswer } from './login-refusal.js';
import { TokenProof } from './token-proof.js';
import { instant, shown, TokenRefused } from './token-refusal.js';
import type { TokenFault } from './token-refusal.js';

const REQUIRED = ['exp', 'iat', 'sub', 'nonce'];
/** A token that was made this moment: a difference is that of the clocks. */
const MOST_SKEW_MS = 60_000;

export interface ProvenPerson {
  readonly sub: string;
  /** The provider's name for its session. */
  readonly sid: string | undefined;
}

/** ID tokens of a login, verified against the provider's published keys. */
@Injectable()
export class IdTokens {
  private readonly difference: Trouble;

  constructor(
    private readonly config: Config,
    private readonly proof: TokenProof,
    private readonly clock: Clock,
  ) {
    this.difference = new Trouble(new Logger('Login'), clock);
  }

  /** Who logged in. @throws DomainError forbidden, or unavailable. */
  async verify(token: string, nonce: string): Promise<ProvenPerson> {
    const { sub, sid, ...claims } = await this.checked(token);
    if (claims.nonce !== nonce) throw refusedAnswer('The nonce of the ID token is that of another login.');
    if (!this.isForUs(claims))
      throw unfitAnswer(
        `azp of the ID token is ${shown(claims.azp)}, expected ${shown(this.config.oidc.clientId)}`,
      );
    if (!isSubject(sub) || sub === '') throw refusedAnswer(`sub of the ID token is ${shown(sub)}`);
    return { sub, sid: isSubject(sid) ? sid : undefined };
  }

  private async checked(token: string): Promise<JWTPayload> {
    const rules = { audience: this.config.oidc.clientId, requiredClaims: REQUIRED };
    try {
      const { payload } = await this.proof.prove(token, 'provider', rules);
      this.compareClocks(payload);
      return payload;
    } catch (error) {
      throw error instanceof TokenRefused ? (REFUSALS[error.fault] ?? refusedAnswer)(error) : error;
    }
  }

  /** What is still let in today may be refused tomorrow. */
  private compareClocks({ iat }: JWTPayload): void {
    const now = this.clock.now();
    if (Math.abs(now.getTime() - iat! * 1000) <= MOST_SKEW_MS)
      return this.difference.end('The clocks agree again,');
    this.difference.begin(
      '',
      `The clocks differ: it is ${instant(iat)} at the identity provider and ${now.toISOString()} here. Set both by NTP.`,
    );
  }

  /** Of a token for several audiences, `azp` says whose it is. */
  private isForUs({ aud, azp }: JWTPayload): boolean {
    const isShared = Array.isArray(aud) && aud.length > 1;
    return azp === undefined ? !isShared : azp === this.config.oidc.clientId;
  }
}

/** What another try would not mend. */
const REFUSALS: Partial<Record<TokenFault, (cause: unknown) => DomainError>> = {
  expired: clocksDiffer,
  not_yet: clocksDiffer,
  algorithm: unfitAnswer,
  audience: unfitAnswer,
  incomplete: unfitAnswer,
};
