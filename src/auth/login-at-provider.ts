import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Passport } from 'passport';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { IdTokens } from './id-tokens.js';
import { IdentityProvider } from './identity-provider.js';
import type { Discovered } from './identity-provider.js';
import { leadingTo, LoginNotPending, LoginOutlived, refusedAnswer } from './login-refusal.js';
import { OidcStrategy } from './oidc-strategy.js';
import type { ProvenLogin, ProviderSettings } from './oidc-strategy.js';
import { PendingLogins } from './pending-logins.js';
import type { LoginWish } from './pending-logins.js';
import { ProviderFaults } from './provider-faults.js';

const NAME = 'oidc';

/** Runs the strategy, which is built from what the provider says of itself: the service starts without it. */
@Injectable()
export class LoginAtProvider {
  private readonly passport = new Passport();
  private builtOf: Discovered | undefined;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly logins: PendingLogins,
    private readonly idTokens: IdTokens,
    private readonly faults: ProviderFaults,
  ) {}

  /** Answers with the redirection to the provider. @throws DomainError unavailable */
  async start(req: Request, res: Response, wish: LoginWish): Promise<void> {
    this.build(await this.provider.discovered());
    await this.run(req, res, { state: wish });
  }

  /** Takes the provider's answer. @throws LoginNotPending | LoginOutlived | DomainError */
  async finish(req: Request, res: Response): Promise<ProvenLogin> {
    const query = new URLSearchParams(req.url.split('?')[1]);
    try {
      this.build(await this.answering(query.get('iss')));
      return (await this.run(req, res, {})) || refuse();
    } catch (error) {
      const returnTo = this.logins.returnToOf(query.get('state') ?? '') ?? '/';
      throw leadingTo(returnTo, isOurs(error) ? error : refusedAnswer(error));
    }
  }

  /** The provider as it answers under this name: it may have got another one. */
  private async answering(iss: string | null): Promise<Discovered> {
    const known = await this.provider.discovered();
    return iss === null || iss === known.issuer ? known : this.provider.rediscovered();
  }

  private build(provider: Discovered): void {
    if (this.builtOf === provider) return;
    this.builtOf = provider;
    const settings = this.settings(provider);
    this.passport.use(NAME, new OidcStrategy(settings, this.logins, this.idTokens, this.faults));
  }

  private settings({ metadata }: Discovered): ProviderSettings {
    const { clientId, clientSecret, redirectPath } = this.config.oidc;
    return {
      issuer: metadata.issuer,
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      callbackURL: this.config.http.publicUrl + redirectPath,
      clientID: clientId,
      clientSecret,
      namesItself: metadata.authorization_response_iss_parameter_supported === true,
    };
  }

  /**
   * What the strategy found: a login, false where it refused, or undefined where it sent the browser away.
   * Run by its name: a strategy that is handed over itself would be shared by all requests of the moment, and its
   * answer would go to whoever came last.
   */
  private run(
    req: Request,
    res: Response,
    wish: { state?: LoginWish },
  ): Promise<ProvenLogin | false | undefined> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown, login?: unknown): void =>
        error ? reject(error as Error) : resolve(login as ProvenLogin | false);
      const options = { session: false, ...wish } as { session: false };
      const authenticate = this.passport.authenticate(NAME, options, done);
      (authenticate as (...args: unknown[]) => void)(req, res, done);
      if (res.writableEnded) resolve(undefined);
    });
  }
}

const isOurs = (error: unknown): boolean =>
  [DomainError, LoginNotPending, LoginOutlived].some((kind) => error instanceof kind);

function refuse(): never {
  throw refusedAnswer();
}
