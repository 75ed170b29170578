import { Inject, Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import type { ThrottlerRequest } from '@nestjs/throttler';
import type { Request } from 'express';
import { CONFIG } from '../config/config.js';
import type { Config } from '../config/config.js';
import { clientAddress, parseRanges, throttleBucket } from '../platform/client-address.js';
import type { AddressRange } from '../platform/client-address.js';
import { DomainError } from '../platform/domain-error.js';
import { ThrottleStorage } from './throttle.storage.js';

/** Turns a blocked client away before any query. It only looks: what counts is the outcome, known after the handler. */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  @Inject(ThrottleStorage) private readonly storage: ThrottleStorage;
  private trusted: AddressRange[];

  @Inject(CONFIG)
  set config(config: Config) {
    this.trusted = parseRanges(config.http.trustedProxies);
  }

  protected override async handleRequest({ context }: ThrottlerRequest): Promise<boolean> {
    const blocked = this.storage.blocked(this.bucketOf(context));
    if (!blocked) return true;
    throw new DomainError('throttled', 'RATE_LIMITED', `Rate limit exceeded: ${blocked.limit.label}`, {
      retryAfterSeconds: blocked.retryAfterSeconds,
    });
  }

  private bucketOf(context: ExecutionContext): string {
    const req = context.switchToHttp().getRequest<Request>();
    const forwarded = req.headersDistinct['x-forwarded-for']?.join(',');
    return throttleBucket(clientAddress(req.socket.remoteAddress, forwarded, this.trusted));
  }
}
