import type { Request } from 'express';
import { AuthorizationResponseError, authorizationCodeGrant, buildAuthorizationUrl } from 'openid-client';
import {
  calculatePKCECodeChallenge,
  ClientError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { Strategy } from 'passport';
import { DomainError } from '../platform/domain-error.js';
import { providerAway } from './identity-provider.js';
import type { Discovered, IdentityProvider } from './identity-provider.js';
import type { PendingLogin } from './sessions.js';

/** Tabs that a person may have waiting at the provider. */
const MOST_PENDING = 10;
const PENDING_MS = 15 * 60_000;

export interface ProvenLogin {
  readonly sub: string;
  readonly sid: string | undefined;
  readonly idToken: string;
  /** Straight from the token endpoint. */
  readonly accessToken: string;
  readonly returnTo: string;
}

interface Options {
  readonly returnTo?: string;
}

/**
 * The authorization code flow with PKCE, state and nonce. openid-client checks the answer: its signature against
 * the provider's keys, algorithm, issuer, audience, azp, nonce, RFC 9207's `iss`, and that no parameter comes twice.
 */
export class OidcStrategy extends Strategy {
  override readonly name = 'oidc';

  constructor(
    private readonly provider: IdentityProvider,
    private readonly redirectUri: string,
    private readonly now: () => number,
  ) {
    super();
  }

  override authenticate(req: Request, options: Options = {}): void {
    const answer = new URL(req.url, this.redirectUri).searchParams;
    const next = answer.has('state') ? this.finish(req, answer) : this.start(req, options.returnTo ?? '/');
    next.catch((error: unknown) => this.error(error));
  }

  private async start(req: Request, returnTo: string): Promise<void> {
    const { oauth } = await this.provider.discovered();
    const [state, nonce, codeVerifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    const started: PendingLogin = { nonce, codeVerifier, returnTo, startedAt: this.now() };
    req.session.pending = { ...this.alive(req), [state]: started };
    const url = buildAuthorizationUrl(oauth, {
      redirect_uri: this.redirectUri,
      scope: 'openid',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
    });
    this.redirect(url.href);
  }

  private async finish(req: Request, answer: URLSearchParams): Promise<void> {
    const state = answer.get('state')!;
    const { [state]: pending, ...others } = this.alive(req);
    if (!pending) throw refused('This login is not pending here, or took too long. Start it again.');
    // Used up by the first try, whatever becomes of it.
    req.session.pending = others;
    const tokens = await this.exchange(await this.provider.discovered(), answer, state, pending);
    const claims = tokens.claims()!;
    const sid = typeof claims.sid === 'string' ? claims.sid : undefined;
    const login: ProvenLogin = {
      sub: claims.sub,
      sid,
      idToken: tokens.id_token!,
      accessToken: tokens.access_token,
      returnTo: pending.returnTo,
    };
    this.success(login);
  }

  private async exchange(
    { oauth }: Discovered,
    answer: URLSearchParams,
    state: string,
    pending: PendingLogin,
  ) {
    const url = new URL(this.redirectUri);
    url.search = answer.toString();
    const checks = {
      expectedState: state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.codeVerifier,
    };
    try {
      return await authorizationCodeGrant(oauth, url, { ...checks, idTokenExpected: true });
    } catch (error) {
      if (error instanceof AuthorizationResponseError)
        throw refused('The identity provider did not log you in. Start again.');
      if (isAway(error)) throw providerAway(error);
      throw refused('The answer of the identity provider was not accepted. Start the login again.', error);
    }
  }

  private alive(req: Request): Record<string, PendingLogin> {
    const entries = Object.entries(req.session.pending ?? {});
    const oldest = this.now() - PENDING_MS;
    return Object.fromEntries(
      entries.filter(([, { startedAt }]) => startedAt > oldest).slice(1 - MOST_PENDING),
    );
  }
}

/** No answer, or one of the provider's own trouble; everything else is an answer that was refused. */
function isAway(error: unknown): boolean {
  if (error instanceof ClientError) {
    const status = error.cause instanceof Response ? error.cause.status : 0;
    return error.code === 'OAUTH_TIMEOUT' || status >= 500;
  }
  return error instanceof TypeError && error.message === 'fetch failed';
}

const refused = (sentence: string, cause?: unknown): DomainError =>
  new DomainError('forbidden', 'LOGIN_REFUSED', sentence, { cause });
