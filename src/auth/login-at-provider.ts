import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Passport } from 'passport';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';
import { IdTokens } from './id-tokens.js';
import { IdentityProvider, providerAway } from './identity-provider.js';
import { LoginNotPending, refusedAnswer } from './login-refusal.js';
import { OidcStrategy } from './oidc-strategy.js';
import type { ProvenLogin, ProviderSettings } from './oidc-strategy.js';
import { PendingLogins } from './pending-logins.js';
import type { LoginWish } from './pending-logins.js';

const NAME = 'oidc';

/** Runs the strategy, which is built when the provider was first read: the service starts without it. */
@Injectable()
export class LoginAtProvider {
  private readonly passport = new Passport();
  private isBuilt = false;

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly logins: PendingLogins,
    private readonly idTokens: IdTokens,
  ) {}

  /** Answers with the redirection to the provider. @throws DomainError unavailable */
  async start(req: Request, res: Response, wish: LoginWish): Promise<void> {
    await this.build();
    await this.run(req, res, { state: wish });
  }

  /** Takes the provider's answer. @throws LoginNotPending | DomainError */
  async finish(req: Request, res: Response): Promise<ProvenLogin> {
    await this.build();
    const login = await this.run(req, res, {}).catch((error: unknown) => {
      throw isOurs(error) ? error : refusedAnswer(error);
    });
    return login || refuse();
  }

  private async build(): Promise<void> {
    if (this.isBuilt) return;
    this.passport.use(NAME, new OidcStrategy(await this.settings(), this.logins, this.idTokens));
    this.isBuilt = true;
  }

  private async settings(): Promise<ProviderSettings> {
    const { metadata } = await this.provider.discovered();
    const { clientId, clientSecret, redirectPath } = this.config.oidc;
    if (!metadata.authorization_endpoint || !metadata.token_endpoint)
      throw providerAway(new Error('The discovery document names no endpoints to log in at.'));
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

const isOurs = (error: unknown): boolean => error instanceof DomainError || error instanceof LoginNotPending;

function refuse(): never {
  throw refusedAnswer();
}
