import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { isSubject } from './bearer-tokens.js';
import { TokenProof } from './token-proof.js';
import { TokenRefused } from './token-refusal.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout token is used at once; an older one is a replay. */
const MAX_AGE = '2 minutes';

/** Logout tokens of OpenID Connect Back-Channel Logout 1.0. */
@Injectable()
export class LogoutTokens {
  constructor(
    private readonly config: Config,
    private readonly proof: TokenProof,
  ) {}

  /** Whose session ends: one by `sid`, or all of `ownerId`. @throws DomainError invalid. */
  async verify(token: unknown): Promise<{ sid?: string; ownerId?: string }> {
    if (typeof token !== 'string') throw refused();
    const rules = { audience: this.config.oidc.clientId, maxTokenAge: MAX_AGE };
    const { payload } = await this.proof.prove(token, 'anybody', rules).catch((error: unknown) => {
      throw error instanceof TokenRefused ? refused(error) : error;
    });
    const { events } = payload;
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, EVENT);
    // A nonce would make an ID token of it, and those lie around in browsers.
    if (!isLogout || 'nonce' in payload) throw refused();
    return subjectOf(payload);
  }
}

function subjectOf({ sid, sub }: JWTPayload): { sid?: string; ownerId?: string } {
  if (isSubject(sid)) return { sid };
  if (isSubject(sub)) return { ownerId: sub };
  throw refused();
}

const refused = (cause?: unknown): DomainError =>
  new DomainError('invalid', 'INVALID_LOGOUT_TOKEN', 'The logout token is not valid here.', { cause });
