import { createHash, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import Strategy from 'passport-openidconnect';
import { forOneExchange } from './code-exchange.js';
import type { IdTokens, ProvenPerson } from './id-tokens.js';
import {
  hasOutlivedItsPage,
  LoginNotPending,
  LoginOutlived,
  notPending,
  refusedAnswer,
  refusedByProvider,
} from './login-refusal.js';
import type { ProviderError } from './login-refusal.js';
import type { LoginWish, PendingLogin, PendingLogins } from './pending-logins.js';
import { shown } from './token-refusal.js';
import { askForTokens, idTokenOf } from './token-request.js';
import type { ProviderFaults } from './provider-faults.js';

export interface ProvenLogin extends ProvenPerson {
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
  /** Whose ID token came with which request: it is proven before anything else reads it. */
  private readonly proven: WeakMap<Request, ProvenPerson>;

  constructor(
    private readonly settings: ProviderSettings,
    private readonly logins: PendingLogins,
    private readonly idTokens: IdTokens,
    private readonly faults: ProviderFaults,
  ) {
    const proven = new WeakMap<Request, ProvenPerson>();
    // No user info: its `sub` would overrule the proven one.
    const ours = { userInfoURL: '', skipUserProfile: true, nonce: 'yes', passReqToCallback: true as const };
    // All ten parameters stand there, because the strategy counts them to know which to pass.
    super({ ...settings, ...ours, store: logins }, (req, _i, _u, _p, _c, idToken, token, _r, _a, done) => {
      const person = proven.get(req);
      if (!person) return done(refusedAnswer('The ID token was not proven.'));
      const { returnTo } = logins.takenBy(req);
      done(null, { ...person, idToken: String(idToken), accessToken: String(token), returnTo });
    });
    this.proven = proven;
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
    const error = errorIn(answer);
    if (!state) throw error ? refusedByProvider(error, { isProven: false }) : notPending();
    const query = { state, code: answer.get('code') };
    const asked = withQuery(req, query);
    const pending = this.take(asked, state, error);
    this.expectIssuer(answer.get('iss'));
    if (error) throw refusalBy(error, pending);
    // Without a code the strategy would take the answer for the wish to log in.
    if (!query.code) throw refusedAnswer('There is no code in the answer.');
    this.exchange(asked, pending);
  }

  private take(req: Request, state: string, error: ProviderError | undefined): PendingLogin {
    try {
      return this.logins.take(req, state);
    } catch (problem) {
      if (!error || hasOutlivedItsPage(error)) throw problem;
      if (problem instanceof LoginNotPending) throw problem.answeredBy(error);
      throw refusedByProvider(error, { isProven: false });
    }
  }

  /** On a copy of its own, so that two logins at once never share a verifier. */
  private exchange(req: Request, { codeVerifier, nonce }: PendingLogin): void {
    const once = Object.create(this) as this;
    const ask = async (body: string, headers: Record<string, string>): Promise<string> => {
      const { tokenURL: url, clientID: clientId } = this.settings;
      const text = await askForTokens({ url, clientId, faults: this.faults }, body, headers);
      this.proven.set(req, await this.idTokens.verify(idTokenOf(text), nonce));
      return text;
    };
    const failed = (error: unknown): void => this.error(error as Error);
    once._oauth2 = forOneExchange(this._oauth2, { ask, codeVerifier, failed });
    super.authenticate.call(once, req);
  }

  private expectIssuer(iss: string | undefined): void {
    const isMissing = iss === undefined && this.settings.namesItself;
    const isOther = iss !== undefined && iss !== this.settings.issuer;
    if (isMissing || isOther)
      throw refusedAnswer(`iss of the answer is ${shown(iss)}, expected ${shown(this.settings.issuer)}`);
  }
}

/** @throws DomainError when a parameter stands there twice: which one counts would be anybody's guess. */
function answerOf(req: Request): Map<string, string> {
  const pairs = [...new URLSearchParams(req.url.split('?')[1])];
  const answer = new Map(pairs);
  if (answer.size < pairs.length) throw refusedAnswer('A parameter of the answer is given twice.');
  return answer;
}

function errorIn(answer: ReadonlyMap<string, string>): ProviderError | undefined {
  const error = answer.get('error');
  return error === undefined ? undefined : { error, description: answer.get('error_description') };
}

function refusalBy(error: ProviderError, { returnTo, isSecondTry }: LoginWish): Error {
  if (hasOutlivedItsPage(error)) return new LoginOutlived(returnTo, isSecondTry, error);
  return refusedByProvider(error, { isProven: true });
}

/** The request with only those parameters that were looked at here. */
const withQuery = (req: Request, query: object): Request =>
  Object.create(req, { query: { value: query } }) as Request;
