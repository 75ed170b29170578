import { Injectable } from '@nestjs/common';
import { jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { DomainError } from '../platform/domain-error.js';
import { isStorable } from '../platform/storable.js';
import { LONGEST_SUB } from './bearer-tokens.js';
import { IdentityProvider, tokenRules } from './identity-provider.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout token is used at once; an older one is a replay. */
const MAX_AGE = '2 minutes';

/** Logout tokens of OpenID Connect Back-Channel Logout 1.0. */
@Injectable()
export class LogoutTokens {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly clock: Clock,
  ) {}

  /** Whose session ends: one by `sid`, or all of `ownerId`. @throws DomainError invalid. */
  async verify(token: unknown): Promise<{ sid?: string; ownerId?: string }> {
    if (typeof token !== 'string') throw refused();
    const { issuer, keys } = await this.provider.discovered();
    const rules = {
      ...tokenRules(issuer, this.clock.now()),
      audience: this.config.oidc.clientId,
      maxTokenAge: MAX_AGE,
    };
    const { payload } = await jwtVerify(token, keys, rules).catch((cause: unknown) => {
      throw refused(cause);
    });
    const { events } = payload;
    const isLogout = typeof events === 'object' && events !== null && Object.hasOwn(events, EVENT);
    // A nonce would make an ID token of it, and those lie around in browsers.
    if (!isLogout || 'nonce' in payload) throw refused();
    return subjectOf(payload);
  }
}

function subjectOf({ sid, sub }: JWTPayload): { sid?: string; ownerId?: string } {
  if (isName(sid)) return { sid };
  if (isName(sub)) return { ownerId: sub };
  throw refused();
}

const isName = (name: unknown): name is string => typeof name === 'string' && isStorable(name, LONGEST_SUB);

const refused = (cause?: unknown): DomainError =>
  new DomainError('invalid', 'INVALID_LOGOUT_TOKEN', 'The logout token is not valid here.', { cause });
