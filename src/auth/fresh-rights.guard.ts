import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { Clock } from '../platform/clock.js';
import { OwnerRights } from '../rights/owner-rights.js';
import { signIn, signedInOwner } from './current-user.js';
import { expectEnabled } from './login.guard.js';

/** RFC 7234, 5.5.7: for people, as no number of its list says this. */
const warning = (since: Date): string =>
  `199 - "The identity provider could not be asked: the rights are those of ${since.toISOString()}"`;

/** After LoginGuard: reads the person's rights anew, so that nothing lost a moment ago gets into a key. */
@Injectable()
export class FreshRightsGuard implements CanActivate {
  constructor(
    private readonly rights: OwnerRights,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const req = http.getRequest<object>();
    const askedAt = this.clock.now();
    const owner = expectEnabled(await this.rights.refresh(signedInOwner(req).id));
    signIn(req, owner);
    const since = this.rights.notReadSince(owner, askedAt);
    if (since) http.getResponse<Response>().setHeader('Warning', warning(since));
    return true;
  }
}
