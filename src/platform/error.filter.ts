import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Config } from '../config/config.js';
import { causesOf } from './causes.js';
import { outageOf } from './database-outage.js';
import { DomainError } from './domain-error.js';
import type { ErrorKind } from './domain-error.js';
import type { Said } from './failure-texts/en.js';
import { failurePage, isToldAsPage, PAGE_POLICY, wantsPage } from './failure-page.js';
import { maskKeys, redactUrl } from './redact.js';
import { requestIdOf } from './request-context.js';
import { titleOf } from './titles.js';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'too-large': 413,
  unsupported: 415,
  unprocessable: 422,
  throttled: 429,
  'headers-too-large': 431,
  unavailable: 503,
};

interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** The same in any language, where it is known in more than English. */
  readonly said?: Said;
  readonly detail?: unknown;
  readonly retryAfterSeconds?: number;
  readonly allow?: string;
  readonly returnTo?: string;
}

interface RouteLayer {
  readonly route?: { readonly path: unknown; readonly methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The one place where a failure becomes an answer: problem+json under /v1, the predecessor's {detail} elsewhere. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  constructor(private readonly config: Config) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const req = host.switchToHttp().getRequest<Request>();
    const res = host.switchToHttp().getResponse<Response>();
    const failure = this.describe(error, req);
    if (res.headersSent) {
      // An answer that ends as if it were whole would be taken for that.
      if (!res.writableEnded) res.destroy();
      return;
    }
    if (failure.retryAfterSeconds !== undefined)
      res.setHeader('Retry-After', Math.max(1, Math.ceil(failure.retryAfterSeconds)));
    if (failure.allow) res.setHeader('Allow', failure.allow);
    res.status(failure.status);
    if (isToldAsPage(req, failure)) return this.sendPage(req, res, failure);
    const isOurs = /^\/v1(?:\/|\?|$)/.test(req.url);
    const body = isOurs ? this.problem(req, failure) : this.legacyBody(failure);
    // What was sent may stand in it, in the wrong field: a key, too.
    res.type(isOurs ? 'application/problem+json' : 'json').send(maskKeys(JSON.stringify(body)));
  }

  private sendPage(req: Request, res: Response, failure: Failure): void {
    const page = failurePage(req, requestIdOf(req), failure, this.config.http.publicUrl);
    res.setHeader('Content-Security-Policy', PAGE_POLICY);
    res.vary('Accept, Sec-Fetch-Mode, Accept-Language, Cookie');
    res.type('html').send(maskKeys(page));
  }

  private problem(req: Request, failure: Failure): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: titleOf(failure.status) ?? 'Error',
      status: failure.status,
      detail: failure.message,
      code: failure.code,
      instance: redactUrl(req.url.split('?')[0]!),
    };
  }

  private legacyBody(failure: Failure): Record<string, unknown> {
    const detail = failure.detail ?? failure.message;
    if (failure.status === 429) return { error: detail, detail };
    return { detail };
  }

  private describe(error: unknown, req: Request): Failure {
    if (error instanceof DomainError) return this.fromDomain(error, req);
    // To a person an address that cannot be read is one where nothing is.
    if (!isReadable(req.url) && wantsPage(req))
      return { status: 404, code: codeOf(404), message: titleOf(404)! };
    if (error instanceof HttpException) return this.fromNest(error, req);
    const status = parserStatus(error);
    if (status) return { status, code: codeOf(status), message: titleOf(status)! };
    const outage = outageOf(error);
    if (outage) return this.fromDomain(outage, req);
    this.logger.error(
      { err: error, requestId: requestIdOf(req), url: redactUrl(req.url) },
      'unexpected error',
    );
    return { status: 500, code: 'INTERNAL', message: 'Internal Server Error' };
  }

  private fromDomain(error: DomainError, req: Request): Failure {
    this.tellCause(error, req);
    const loginPage = `${this.config.http.publicUrl}/docs`;
    const asksForLogin =
      error.kind === 'unauthenticated' &&
      error.code === 'NOT_AUTHENTICATED' &&
      this.config.docs.loginRequired;
    const detail = asksForLogin
      ? { msg: `You are not logged in. Refresh this page with F5 to log in or go to: ${loginPage}` }
      : error.details.legacyDetail;
    return {
      status: STATUS[error.kind],
      code: error.code,
      message: error.message,
      said: typeof error.sentence === 'string' ? undefined : error.sentence,
      detail,
      retryAfterSeconds: error.details.retryAfterSeconds,
      allow: error.details.allow,
      returnTo: error.details.returnTo,
    };
  }

  /** Whoever asked is told what to do; why it came to that, only the operator. */
  private tellCause({ code, message, details: { cause } }: DomainError, req: Request): void {
    if (cause === undefined) return;
    const fields = { requestId: requestIdOf(req), url: redactUrl(req.url), code, cause: causesOf(cause) };
    this.logger.warn(fields, message);
  }

  private fromNest(error: HttpException, req: Request): Failure {
    const status = error.getStatus();
    if (status === 404) {
      const allow = allowedMethods(req);
      if (allow && !allow.split(', ').includes(req.method)) {
        return { status: 405, code: 'METHOD_NOT_ALLOWED', message: 'Method Not Allowed', allow };
      }
    }
    return { status, code: codeOf(status), message: titleOf(status) ?? error.message };
  }
}

function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?')[0]!);
    return true;
  } catch {
    return false;
  }
}

const codeOf = (status: number): string => (titleOf(status) ?? 'Error').toUpperCase().replaceAll(' ', '_');

/** Body parsers and the router report malformed requests as errors with a 4xx status. */
function parserStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 && titleOf(status) ? status : undefined;
}

/** The methods of our routes at this path; undefined where there is none. */
function allowedMethods(req: Request): string | undefined {
  const { stack } = (req.app as unknown as { router: { stack: RouteLayer[] } }).router;
  const path = req.url.split('?')[0]!;
  const methods = new Set<string>();
  const routes = stack.flatMap((layer) => (layer.route && layer.match(path) ? [layer.route] : []));
  // What has a path of its own is no `:id` of another.
  const own = routes.filter((route) => route.path === path);
  for (const route of own.length ? own : routes)
    Object.keys(route.methods).forEach((method) => methods.add(method.toUpperCase()));
  methods.delete('_ALL');
  return methods.size ? [...methods].sort().join(', ') : undefined;
}
