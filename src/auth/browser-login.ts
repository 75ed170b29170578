import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { decodeJwt } from 'jose';
import { buildEndSessionUrl } from 'openid-client';
import { Passport } from 'passport';
import { Config } from '../config/config.js';
import { OwnerRights } from '../rights/owner-rights.js';
import type { Owner } from '../owners/owner.entity.js';
import { Clock } from '../platform/clock.js';
import { IdentityProvider } from './identity-provider.js';
import { expectEnabled } from './login.guard.js';
import { OidcStrategy } from './oidc-strategy.js';
import type { ProvenLogin } from './oidc-strategy.js';
import { Sessions } from './sessions.js';
import type { Login } from './sessions.js';

/** The way of a browser to the identity provider and back. */
@Injectable()
export class BrowserLogin {
  private readonly passport = new Passport();

  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly sessions: Sessions,
    private readonly rights: OwnerRights,
    clock: Clock,
  ) {
    const { publicUrl } = config.http;
    const redirectUri = publicUrl + config.oidc.redirectPath;
    this.passport.use(new OidcStrategy(provider, redirectUri, () => clock.now().getTime()));
  }

  /** Answers with the redirection to the provider. */
  async start(req: Request, res: Response, returnTo: string): Promise<void> {
    req.url = '/';
    await this.authenticate(req, res, returnTo);
  }

  /** Takes the provider's answer, opens the session, and gives the path to go to. @throws DomainError */
  async finish(req: Request, res: Response): Promise<string> {
    const proven = await this.authenticate(req, res, '/');
    if (!proven) return '/';
    expectEnabled(await this.rightsOf(proven));
    await this.sessions.logIn(req, { ownerId: proven.sub, sid: proven.sid, idToken: proven.idToken });
    return proven.returnTo;
  }

  private async rightsOf({ sub, accessToken }: ProvenLogin): Promise<Owner> {
    if (!this.config.sync.rightsFromToken) return this.rights.refresh(sub);
    return this.rights.ofToken({ ...decodeJwt(accessToken), sub });
  }

  /** Where the browser ends its session at the provider, too; our own page while that can't be told. */
  async logoutUrl({ idToken }: Login): Promise<string> {
    const home = `${this.config.http.publicUrl}/`;
    const provider = await this.provider.discovered().catch(() => undefined);
    if (!provider?.oauth.serverMetadata().end_session_endpoint) return home;
    const params = { post_logout_redirect_uri: home, id_token_hint: idToken };
    return buildEndSessionUrl(provider.oauth, params).href;
  }

  /** undefined: the answer was a redirection. */
  private authenticate(req: Request, res: Response, returnTo: string): Promise<ProvenLogin | undefined> {
    return new Promise((resolve, reject) => {
      res.once('finish', () => resolve(undefined));
      const options = { session: false, returnTo } as { session: false };
      const done = (error: unknown, login?: unknown): void =>
        error ? reject(error as Error) : resolve(login as ProvenLogin);
      (this.passport.authenticate('oidc', options, done) as (...args: unknown[]) => void)(req, res, done);
    });
  }
}
