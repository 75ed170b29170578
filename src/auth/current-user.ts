import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Actor } from '../changes/changes.js';
import type { Owner } from '../owners/owner.entity.js';

export type { Actor };

/** The person behind a request, with the rights last confirmed. */
export type User = Owner;

const signedIn = new WeakMap<object, Owner>();
const actors = new WeakMap<object, Actor>();

export const signIn = (req: object, owner: Owner): void => void signedIn.set(req, owner);
export const actAs = (req: object, actor: Actor): void => void actors.set(req, actor);

export function signedInOwner(req: object): Owner {
  const owner = signedIn.get(req);
  if (!owner) throw new Error('a route asks for the current user without LoginGuard');
  return owner;
}

/** The person behind the request; the route needs LoginGuard. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Owner =>
  signedInOwner(context.switchToHttp().getRequest<object>()),
);

/** The same person as the trail knows whoever makes a change. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor =>
  actorOf(context.switchToHttp().getRequest<object>()),
);

export function actorOf(req: object): Actor {
  const actor = actors.get(req);
  if (!actor) throw new Error('a route asks for the current actor without LoginGuard');
  return actor;
}

/** Whom a limit counts. */
export const currentUserId = (req: object): string => signedInOwner(req).id;
