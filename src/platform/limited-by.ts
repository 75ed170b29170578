import { applyDecorators, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerLimitDetail } from '@nestjs/throttler';
import type { Request } from 'express';
import { DomainError } from './domain-error.js';

/** What routes are limited by, beside verification, which counts outcomes instead of requests. */
export type RouteLimit = 'login' | 'create';

interface Limited {
  readonly name: RouteLimit;
  readonly callerOf: ((req: Request) => string) | undefined;
}

const LIMITED = 'limited by';

/** The library's guard, which says "too often" as every other refusal here is said. */
@Injectable()
class LimitGuard extends ThrottlerGuard {
  /** Routes with the same limit count together. */
  protected override generateKey(_context: ExecutionContext, caller: string): string {
    return caller;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { limit, ttl, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new DomainError(
      'throttled',
      'RATE_LIMITED',
      ({ tooOften }) => tooOften(limit, ttl / 1000, timeToBlockExpire),
      { retryAfterSeconds: timeToBlockExpire },
    );
  }
}

/** Limits how often a route is called. @param callerOf who is counted; without it the address is */
export const LimitedBy = (name: RouteLimit, callerOf?: Limited['callerOf']) =>
  applyDecorators(SetMetadata(LIMITED, { name, callerOf }), UseGuards(LimitGuard));

/** What the route of this request is limited by. */
export const limitedBy = (context: ExecutionContext): Limited | undefined =>
  Reflect.getMetadata(LIMITED, context.getHandler()) as Limited | undefined;
