import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { KeycloakSync } from '../keycloak/keycloak-sync.js';
import type { Owner } from '../owners/owner.entity.js';
import { OwnersService } from '../owners/owners.service.js';
import { DomainError } from '../platform/domain-error.js';
import { BearerTokens } from './bearer-tokens.js';
import { signIn } from './current-user.js';

const CREDENTIALS = /^bearer +([\w-]+\.[\w-]+\.[\w-]+) *$/i;

/** Lets in who brings an access token of our client; an API key never opens management. */
@Injectable()
export class LoginGuard implements CanActivate {
  constructor(
    private readonly tokens: BearerTokens,
    private readonly owners: OwnersService,
    private readonly keycloak: KeycloakSync,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const req = http.getRequest<Request>();
    try {
      signIn(req, await this.owner(req));
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unauthenticated') {
        http.getResponse<Response>().setHeader('WWW-Authenticate', 'Bearer');
      }
      throw error;
    }
    return true;
  }

  /** Guards look at the owner's row, not at the token: a token outlives the rights it was issued with. */
  private async owner(req: Request): Promise<Owner> {
    const [, token] = CREDENTIALS.exec(req.headers.authorization ?? '') ?? [];
    if (!token) throw new DomainError('unauthenticated', 'NOT_AUTHENTICATED', 'Not authenticated');
    const { sub } = await this.tokens.verify(token);
    const known = await this.owners.find(sub);
    const owner = known?.rightsReadAt ? known : await this.keycloak.refreshOwner(sub);
    if (!owner.enabled)
      throw new DomainError(
        'unauthenticated',
        'OWNER_DISABLED',
        'Your account is disabled in the identity provider.',
      );
    return owner;
  }
}
