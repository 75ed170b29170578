import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { decodeJwt } from 'jose';
import { Config } from '../config/config.js';
import { OwnerRights } from '../rights/owner-rights.js';
import type { Owner } from '../owners/owner.entity.js';
import { wantsPage } from '../platform/failure-page.js';
import { IdentityProvider } from './identity-provider.js';
import { LoginAtProvider } from './login-at-provider.js';
import { expectEnabled } from './login.guard.js';
import { leadingTo, LoginNotPending, LoginOutlived, notPending, refusedByProvider } from './login-refusal.js';
import type { ProvenLogin } from './oidc-strategy.js';
import { Sessions } from './sessions.js';
import type { Login } from './sessions.js';

/** The way of a browser to the identity provider and back. */
@Injectable()
export class BrowserLogin {
  constructor(
    private readonly config: Config,
    private readonly provider: IdentityProvider,
    private readonly atProvider: LoginAtProvider,
    private readonly sessions: Sessions,
    private readonly rights: OwnerRights,
  ) {}

  /** Answers with the redirection to the provider. */
  start(req: Request, res: Response, returnTo: string): Promise<void> {
    return this.atProvider.start(req, res, { returnTo, isSecondTry: false });
  }

  /**
   * Takes the provider's answer, opens the session, and gives the path to go to.
   * undefined: the browser was sent to the provider once more.
   * @throws DomainError
   */
  async finish(req: Request, res: Response): Promise<string | undefined> {
    const proven = await this.atProvider.finish(req, res).catch((error: unknown) => {
      if (error instanceof LoginNotPending || error instanceof LoginOutlived) return error;
      throw error;
    });
    if (proven instanceof LoginNotPending) return this.goOn(req, res, proven);
    if (proven instanceof LoginOutlived) return this.beginAgain(req, res, proven);
    return this.logIn(req, proven);
  }

  private async logIn(
    req: Request,
    { returnTo, sub, sid, idToken, ...proven }: ProvenLogin,
  ): Promise<string> {
    try {
      expectEnabled(await this.rightsOf(sub, proven.accessToken));
    } catch (error) {
      throw leadingTo(returnTo, error);
    }
    await this.sessions.logIn(req, { ownerId: sub, sid, idToken });
    return returnTo;
  }

  /** The back button, a restored tab, a cookie that ran out: no session comes of it, but the person gets on. */
  private async goOn(req: Request, res: Response, login: LoginNotPending): Promise<string | undefined> {
    const { returnTo, isSecondTry, wasUsed } = login;
    const isPage = wantsPage(req);
    if (req.session.login && (isPage || !wasUsed)) return returnTo;
    // To begin anew would ask somebody who just said no once more.
    if (login.answer) throw leadingTo(returnTo, refusedByProvider(login.answer, { isProven: false }));
    // Once: a browser that keeps no cookies would go round for ever.
    if (!isPage || isSecondTry) throw leadingTo(returnTo, notPending());
    await this.atProvider.start(req, res, { returnTo, isSecondTry: true });
    return undefined;
  }

  /** Once, too. */
  private async beginAgain(req: Request, res: Response, login: LoginOutlived): Promise<undefined> {
    const { returnTo, isSecondTry, answer } = login;
    if (isSecondTry) throw leadingTo(returnTo, refusedByProvider(answer, { isProven: true }));
    await this.atProvider.start(req, res, { returnTo, isSecondTry: true });
  }

  private async rightsOf(sub: string, accessToken: string): Promise<Owner> {
    if (!this.config.sync.rightsFromToken) return this.rights.refresh(sub);
    return this.rights.ofToken({ ...decodeJwt(accessToken), sub });
  }

  /** Where the browser ends its session at the provider, too; our own page while that can't be told. */
  async logoutUrl({ idToken }: Login): Promise<string> {
    const home = `${this.config.http.publicUrl}/`;
    const provider = await this.provider.discovered().catch(() => undefined);
    if (!provider?.metadata.end_session_endpoint) return home;
    const url = new URL(provider.metadata.end_session_endpoint);
    url.searchParams.set('post_logout_redirect_uri', home);
    url.searchParams.set('id_token_hint', idToken);
    url.searchParams.set('client_id', this.config.oidc.clientId);
    return url.href;
  }
}
