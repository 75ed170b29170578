import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { OwnerRights } from '../rights/owner-rights.js';
import { signIn, signedInOwner } from './current-user.js';
import { expectEnabled } from './login.guard.js';

/** After LoginGuard: reads the person's rights anew, so that nothing lost a moment ago gets into a key. */
@Injectable()
export class FreshRightsGuard implements CanActivate {
  constructor(private readonly rights: OwnerRights) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const req = context.switchToHttp().getRequest<object>();
    signIn(req, expectEnabled(await this.rights.refresh(signedInOwner(req).id)));
    return true;
  }
}
