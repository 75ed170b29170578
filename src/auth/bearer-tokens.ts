import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { TokenProof } from './token-proof.js';
import { foreignAudience, shown, TokenRefused } from './token-refusal.js';

/** OpenID Connect Core, 2: a subject has at most 255 characters. */
const LONGEST_SUB = 255;

export const isSubject = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && isStorable(text, LONGEST_SUB);

/** Access tokens of our client, verified against the provider's published keys. */
@Injectable()
export class BearerTokens {
  constructor(
    private readonly config: Config,
    private readonly proof: TokenProof,
  ) {}

  /** The token's claims. @throws DomainError unauthenticated, or unavailable when the provider's keys can't be had. */
  async verify(token: string): Promise<JWTPayload & { readonly sub: string }> {
    try {
      const rules = { requiredClaims: ['exp', 'sub'] };
      const { payload, protectedHeader } = await this.proof.prove(token, 'anybody', rules);
      const refusal = this.refusalOf(payload, protectedHeader.typ);
      if (refusal) throw this.proof.refuse(refusal);
      return { ...payload, sub: payload.sub! };
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      throw new DomainError('unauthenticated', 'INVALID_TOKEN', error.sentence, { cause: error });
    }
  }

  private refusalOf(payload: JWTPayload, headerTyp: string | undefined): TokenRefused | undefined {
    const { sub } = payload;
    return (
      refusalOfKind(payload, headerTyp) ??
      (this.isForUs(payload) ? undefined : foreignAudience(payload, this.config.oidc.clientId)) ??
      (isSubject(sub)
        ? undefined
        : new TokenRefused('malformed', `sub is ${shown(sub)}`, 'The token has no usable subject (sub).'))
    );
  }

  /** The client of the documentation is ours as well. */
  private isForUs({ aud, azp }: JWTPayload): boolean {
    const { oidc, docs } = this.config;
    return (
      [aud].flat().includes(oidc.clientId) ||
      (azp !== undefined && [oidc.clientId, docs.clientId].includes(azp as string))
    );
  }
}

/** By its own word: Keycloak's says so in its payload, others in their header (RFC 9068). */
function refusalOfKind(payload: JWTPayload, headerTyp: string | undefined): TokenRefused | undefined {
  const said = `typ is ${shown(payload.typ)}, and ${shown(headerTyp)} in the header, expected "Bearer" or "at+jwt"`;
  if (payload.typ === 'Refresh' || payload.typ === 'Offline')
    return new TokenRefused('kind', said, 'This is a refresh token: send the access token.');
  const saysSo = payload.typ === 'Bearer' || /^(?:application\/)?at\+jwt$/i.test(headerTyp ?? '');
  if (!saysSo) return new TokenRefused('kind', said);
  // Those of ID tokens and logout tokens, which lie around in browsers and logs.
  const foreign = ['nonce', 'events'].find((claim) => claim in payload);
  return foreign ? new TokenRefused('kind', `it has ${foreign}, which access tokens lack`) : undefined;
}
