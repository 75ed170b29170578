import type { IncomingHttpHeaders } from 'node:http';
import { applyDecorators, Injectable, SetMetadata, UseGuards } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { DomainError } from '../platform/domain-error.js';

const CHANGES_STATE = 'changes state';

/** Express answers HEAD as GET, and whoever only asks must change nothing (RFC 9110, 9.2.1). */
@Injectable()
export class NoHead implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<Request>().method !== 'HEAD') return true;
    throw new DomainError('method-not-allowed', 'METHOD_NOT_ALLOWED', 'Method Not Allowed', { allow: 'GET' });
  }
}

/** On a GET of the predecessor that writes: with a cookie it counts only from our own pages. */
export const ChangesState = () => applyDecorators(SetMetadata(CHANGES_STATE, true), UseGuards(NoHead));

/** Whether this request writes, for the rule that a foreign page must not write with our cookie. */
export const changesState = (method: string, handler: object): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(method) || Reflect.getMetadata(CHANGES_STATE, handler) === true;

/** The browser's word that one of our own pages sent it: Sec-Fetch-Site, else Origin, else Referer. */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const from = headers.origin ?? headers.referer;
  return from !== undefined && originOf(from) === new URL(publicUrl).origin;
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}
