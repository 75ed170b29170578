import { createParamDecorator } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Lifetime } from '../api-keys/lifetime.js';
import { DomainError } from '../platform/domain-error.js';
import { headerOf } from '../platform/request-context.js';
import type { LifetimeDto } from './keys.dto.js';

/** The version that the caller has seen, `3` or `"3"`; undefined: he doesn't say, or says that any will do. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const text = headerOf(context.switchToHttp().getRequest<Request>(), 'if-match')?.trim();
  if (text === undefined || text === '*') return undefined;
  const [, version] = /^"?([1-9]\d{0,8})"?$/.exec(text) ?? [];
  if (version !== undefined) return Number(version);
  throw new DomainError(
    'invalid',
    'INVALID_IF_MATCH',
    'If-Match must be the version of the key as its record shows it, for example 3.',
  );
});

export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  headerOf(context.switchToHttp().getRequest<Request>(), 'idempotency-key'),
);

export function lifetimeOf({ expiresAt, ttlHours, neverExpires }: LifetimeDto): Lifetime {
  return {
    expiresAt: expiresAt ? new Date(expiresAt) : undefined,
    ttlHours: ttlHours ?? undefined,
    neverExpires: neverExpires ?? undefined,
  };
}

/** Whether any part of a lifetime is asked for. */
export const asksForEnd = ({ expiresAt, ttlHours, neverExpires }: LifetimeDto): boolean =>
  [expiresAt, ttlHours, neverExpires].some((part) => part !== undefined && part !== null);

export const ApiIfMatch = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The version that you last read, for example 3; 412 if the key has been changed since.',
    // No example: the documentation would send it.
    schema: { type: 'string' },
  });

export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A new value for each request, for example a UUID. Repeating it within ten minutes returns the same answer and makes no second key.',
    schema: { type: 'string', maxLength: 255 },
  });
