import { applyDecorators, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Config } from '../config/config.js';
import { OwnerRights } from '../rights/owner-rights.js';
import type { Owner } from '../owners/owner.entity.js';
import { DomainError } from '../platform/domain-error.js';
import { BearerTokens } from './bearer-tokens.js';
import type { Actor } from '../changes/changes.js';
import { networkOf } from '../platform/client-address.js';
import type { Client } from '../platform/client-address.js';
import { clientReader } from '../platform/request-client.js';
import { userAgentFamily } from '../platform/user-agent.js';
import { actAs, signIn } from './current-user.js';
import { changesState, isSameOrigin } from './same-origin.js';
import { Sessions } from './sessions.js';

const CREDENTIALS = /^(bearer +)?([\w-]+\.[\w-]+\.[\w-]+) *$/i;
/** The predecessor's routes take a bare token, as they did. */
const TAKES_BARE_TOKEN = /^\/auth\//;

/** Lets in who brings an access token of our client or a session's cookie; an API key never opens management. */
@Injectable()
export class LoginGuard implements CanActivate {
  private readonly clientOf: (req: Request) => Client;

  constructor(
    private readonly config: Config,
    private readonly tokens: BearerTokens,
    private readonly sessions: Sessions,
    private readonly rights: OwnerRights,
  ) {
    this.clientOf = clientReader(config.http.trustedProxies);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const [req, res] = [http.getRequest<Request>(), http.getResponse<Response>()];
    try {
      const bearer = req.headers.authorization !== undefined;
      const owner = bearer ? await this.byToken(req) : await this.bySession(req, res);
      if (!bearer && changesState(req.method, context.getHandler())) this.refuseForeignPages(req);
      signIn(req, owner);
      actAs(req, this.actorOf(req, owner, bearer ? 'token' : 'session'));
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unauthenticated')
        res.setHeader('WWW-Authenticate', 'Bearer');
      throw error;
    }
    return true;
  }

  private actorOf(req: Request, { id, login }: Owner, via: Actor['via']): Actor {
    const { address } = this.clientOf(req);
    const network = address === undefined ? null : networkOf(address);
    return { id, login, via, network, agent: userAgentFamily(req.headers['user-agent']) };
  }

  private async byToken(req: Request): Promise<Owner> {
    const [, scheme, token] = CREDENTIALS.exec(req.headers.authorization!) ?? [];
    if (!token || !(scheme || TAKES_BARE_TOKEN.test(req.url))) throw notAuthenticated();
    const owner = await this.rights.ofToken(await this.tokens.verify(token));
    return expectEnabled(await this.asOfNow(owner));
  }

  private async bySession(req: Request, res: Response): Promise<Owner> {
    if (!this.sessions.carriesCookie(req)) throw notAuthenticated();
    await this.sessions.open(req, res);
    if (!req.session.login) throw notAuthenticated();
    const owner = await this.asOfNow(await this.rights.known(req.session.login.ownerId));
    if (!owner.enabled) await this.sessions.logOut(req, res);
    return expectEnabled(owner);
  }

  /** Nobody follows a disabled person without live keys: whether it is still so is known when Keycloak is asked. */
  private asOfNow(owner: Owner): Owner | Promise<Owner> {
    return owner.enabled ? owner : this.rights.refresh(owner.id);
  }

  private refuseForeignPages(req: Request): void {
    if (!isSameOrigin(req.headers, this.config.http.publicUrl))
      throw new DomainError('forbidden', 'FOREIGN_PAGE', ({ foreignChange }) => foreignChange);
  }
}

/** For whoever is signed in; `@CurrentUser()` is who that is. */
export const SignedIn = () =>
  applyDecorators(UseGuards(LoginGuard), ApiCookieAuth('session'), ApiBearerAuth('accessToken'));

const notAuthenticated = (): DomainError =>
  new DomainError('unauthenticated', 'NOT_AUTHENTICATED', 'Not authenticated');

export function expectEnabled(owner: Owner): Owner {
  if (owner.enabled) return owner;
  const sentence = 'Your account is disabled in the identity provider.';
  throw new DomainError('unauthenticated', 'OWNER_DISABLED', sentence);
}
