import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Owner } from '../owners/owner.entity.js';

/** The person behind a request, with the rights last confirmed. */
export type User = Owner;

const signedIn = new WeakMap<object, Owner>();

export const signIn = (req: object, owner: Owner): void => void signedIn.set(req, owner);

export function signedInOwner(req: object): Owner {
  const owner = signedIn.get(req);
  if (!owner) throw new Error('a route asks for the current user without LoginGuard');
  return owner;
}

/** The person behind the request; the route needs LoginGuard. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Owner =>
  signedInOwner(context.switchToHttp().getRequest<object>()),
);

/** Whom a limit counts. */
export const currentUserId = (req: object): string => signedInOwner(req).id;
