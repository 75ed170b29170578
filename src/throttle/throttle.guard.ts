import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerRequest } from '@nestjs/throttler';
import type { Request } from 'express';
import { DomainError } from '../platform/domain-error.js';
import { ThrottleStorage } from './throttle.storage.js';
import type { Blocked, Throttled } from './throttle.storage.js';

/** Turns a blocked client away before any query. It only looks: what counts is the outcome, known after the handler. */
@Injectable()
export abstract class ThrottleGuard extends ThrottlerGuard {
  @Inject(ThrottleStorage) private readonly storage: ThrottleStorage;

  /** The throttle itself knows nothing of keys. */
  protected abstract read(req: Request): Throttled;

  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const blocked = this.storage.blockedFor(this.read(context.switchToHttp().getRequest<Request>()));
    if (blocked) throw throttledError(blocked);
    return true;
  }
}

function throttledError({ limit, retryAfterSeconds }: Blocked): DomainError {
  const sentence = `Rate limit exceeded: ${limit.label}`;
  return new DomainError('throttled', 'RATE_LIMITED', sentence, { retryAfterSeconds });
}
