import { applyDecorators, Injectable, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { actAs, actorOf, signedInOwner } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { Config } from '../config/config.js';
import { DomainError } from '../platform/domain-error.js';

/** After SignedIn: lets administrators in. */
@Injectable()
class AdminGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const { adminRole } = this.config.oidc;
    const req = context.switchToHttp().getRequest<object>();
    if (signedInOwner(req).roles.includes(adminRole)) {
      actAs(req, { ...actorOf(req), via: 'administrator' });
      return true;
    }
    throw new DomainError('forbidden', 'ADMIN_ONLY', (texts) => texts.adminOnly(adminRole));
  }
}

/** For administrators alone, by the rights last confirmed. */
export const AdminOnly = () => applyDecorators(SignedIn(), UseGuards(AdminGuard));
