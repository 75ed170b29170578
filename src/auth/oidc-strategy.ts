import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import Strategy from 'passport-openidconnect';
import type { IdTokens } from './id-tokens.js';
import { notPending, refusedAnswer, refusedLogin } from './login-refusal.js';
import type { LoginWish, PendingLogins } from './pending-logins.js';
import { tokenRequest } from './token-request.js';

export interface ProvenLogin {
  readonly sub: string;
  readonly sid: string | undefined;
  readonly idToken: string;
  /** Straight from the token endpoint. */
  readonly accessToken: string;
  readonly returnTo: string;
}

export interface ProviderSettings {
  readonly issuer: string;
  readonly authorizationURL: string;
  readonly tokenURL: string;
  readonly callbackURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  /** RFC 9207: the provider says in every answer who it is. */
  readonly namesItself: boolean;
}

interface Options {
  /** Where to begin a login to; without it the request is the provider's answer. */
  readonly state?: LoginWish;
}

/**
 * passport-openidconnect, which asks for the login and for the tokens and reads the ID token, with what it doesn't
 * do: PKCE, pending logins outside the session, the ID token's proof, RFC 9207, and refusal of parameters sent twice.
 */
export class OidcStrategy extends Strategy {
  constructor(
    private readonly settings: ProviderSettings,
    private readonly logins: PendingLogins,
    idTokens: IdTokens,
  ) {
    // No user info: its `sub` would overrule the proven one.
    const ours = { userInfoURL: '', skipUserProfile: true, nonce: 'yes', passReqToCallback: true as const };
    // All ten parameters stand there, because the strategy counts them to know which to pass.
    super(
      { ...settings, ...ours, store: logins },
      (req, _i, _u, _p, _c, idToken, accessToken, _r, _a, done) => {
        void proven(req, String(idToken), String(accessToken)).then((login) => done(null, login), done);
      },
    );
    const proven = async (req: Request, idToken: string, accessToken: string): Promise<ProvenLogin> => {
      const { nonce, returnTo } = logins.takenBy(req);
      return { ...(await idTokens.verify(idToken, nonce)), idToken, accessToken, returnTo };
    };
  }

  override authenticate(req: Request, { state }: Options = {}): void {
    try {
      if (state) this.begin(req, state);
      else this.finish(req);
    } catch (error) {
      this.error(error as Error);
    }
  }

  override authorizationParams({ state }: { state: { codeVerifier: string } }): object {
    const challenge = createHash('sha256').update(state.codeVerifier).digest('base64url');
    return { code_challenge: challenge, code_challenge_method: 'S256' };
  }

  private begin(req: Request, wish: LoginWish): void {
    const codeVerifier = randomBytes(32).toString('base64url');
    super.authenticate(withQuery(req, {}), { state: { ...wish, codeVerifier } });
  }

  private finish(req: Request): void {
    const answer = answerOf(req);
    const state = answer.get('state');
    if (!state) throw notPending();
    const query = { state, code: answer.get('code') };
    const asked = withQuery(req, query);
    const { codeVerifier } = this.logins.take(asked, state);
    this.expectIssuer(answer.get('iss'));
    if (answer.has('error')) throw refusedLogin('The identity provider did not log you in. Start again.');
    // Without a code the strategy would take the answer for the wish to log in.
    if (!query.code) throw refusedAnswer('There is no code in the answer.');
    this.exchange(asked, codeVerifier);
  }

  /** On a copy of its own, so that two logins at once never share a verifier. */
  private exchange(req: Request, codeVerifier: string): void {
    const once = Object.create(this) as this;
    once._oauth2 = tokenRequest(this._oauth2, codeVerifier, (error) => this.error(error as Error));
    super.authenticate.call(once, req);
  }

  private expectIssuer(iss: string | undefined): void {
    const isMissing = iss === undefined && this.settings.namesItself;
    const isOther = iss !== undefined && iss !== this.settings.issuer;
    if (isMissing || isOther) throw refusedAnswer('iss is not the provider that was asked.');
  }
}

/** @throws DomainError when a parameter stands there twice: which one counts would be anybody's guess. */
function answerOf(req: Request): Map<string, string> {
  const pairs = [...new URLSearchParams(req.url.split('?')[1])];
  const answer = new Map(pairs);
  if (answer.size < pairs.length) throw refusedAnswer('A parameter stands there twice.');
  return answer;
}

/** The request with only those parameters that were looked at here. */
const withQuery = (req: Request, query: object): Request =>
  Object.create(req, { query: { value: query } }) as Request;
