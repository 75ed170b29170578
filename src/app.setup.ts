import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { json, urlencoded } from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { LaneAdapter } from './app.adapter.js';
import { docsPages } from './app.docs.js';
import { AppModule } from './app.module.js';
import { callbackAt } from './auth/callback-path.js';
import { cookieSecrets } from './auth/cookie-secrets.js';
import type { Config } from './config/config.js';
import { openDatabase } from './database/open-database.js';
import type { OpenedDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';
import { forwardAuthAsOneRoute } from './gateway/forward-auth-reader.js';
import { accessLog } from './platform/access-log.js';
import { Clock } from './platform/clock.js';
import { cors } from './platform/cors.js';
import { DomainError } from './platform/domain-error.js';
import { ErrorFilter } from './platform/error.filter.js';
import { openLog } from './platform/log.js';
import type { Log } from './platform/log.js';
import { plainBody } from './platform/plain-body.js';
import { requireJson } from './platform/require-json.js';
import { assignRequestId, normalizePath, urlSplitter } from './platform/request-context.js';
import { COMMON_HEADERS } from './verification/answer.js';
import { FastLane } from './verification/fast-lane.js';

/** What a process has of its own accord, and a test brings along. */
interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** Already open. */
  readonly database: OpenedDatabase;
}

/** The whole application, ready to listen; closing it closes the database. @throws Error when that can't be opened. */
export async function createApp(
  config: Config,
  { clock = new Clock(), ...parts }: Partial<Parts> = {},
): Promise<NestExpressApplication> {
  const log = parts.log ?? (await openLog(config));
  const tell = (line: string): void => log.warn(line, 'Database');
  const database = parts.database ?? (await openDatabase(config.database, ENTITIES, tell));
  const adapter = new LaneAdapter();
  const module = AppModule.forRoot(config, database, clock);
  const options = { bodyParser: false, logger: log, abortOnError: false };
  try {
    const app = await NestFactory.create<NestExpressApplication>(module, adapter, options);
    await configureApp(app, config, log);
    await app.init();
    // Only the long way writes an access log.
    const usesLane = config.verification.fastLane && !log.pino.isLevelEnabled('debug');
    const lane = app.get(FastLane);
    if (usesLane) adapter.lane = (req, res, longWay) => lane.handle(req, res, longWay);
    return app;
  } catch (error) {
    await database.source.destroy();
    throw error;
  }
}

/** What every request passes, in this order, in production and in tests alike. */
export async function configureApp(app: NestExpressApplication, config: Config, log: Log): Promise<void> {
  app.disable('x-powered-by');
  app.disable('etag');
  const entrance = [
    assignRequestId,
    accessLog(log.pino, config, levelOf),
    normalizePath(urlSplitter(config.http.rootPath, config.keys.prefix)),
    forwardAuthAsOneRoute,
  ];
  app.use(inOrder(entrance));
  if (config.oidc.embedded) {
    // Loaded only where it serves: it brings a whole OpenID provider along.
    const { mountDevIdentity } = await import('./dev-identity/dev-identity.js');
    await mountDevIdentity(app, config, cookieSecrets(config));
  }
  const preparation = [
    answerHeaders(config),
    cors(config.cors, ['/auth/check_key', config.docs.openapiPath], FORWARD_AUTH),
    callbackAt(config.oidc.redirectPath),
    readBodies(),
    unlessVerifying(docsPages(app, config)),
  ];
  app.use(inOrder(preparation));
  app.useGlobalFilters(new ErrorFilter(config));
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: describeProblems,
    }),
  );
}

/** One step of Express for many of ours: each of its own costs a verification as much as all that they do. */
const inOrder =
  (steps: readonly RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    let at = 0;
    const go = (error?: unknown): void => {
      const step = error === undefined ? steps[at++] : undefined;
      if (!step) return next(error);
      // A step that fails later tells it by `next`, as it does to Express.
      void step(req, res, go as NextFunction);
    };
    go();
  };

const unlessVerifying =
  (pages: RequestHandler): RequestHandler =>
  (req, res, next) =>
    VERIFICATION.test(req.url) ? next() : pages(req, res, next);

const DATA_ONLY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const FORWARD_AUTH = /^\/v1\/forward-auth(?:[/?]|$)/;
const VERIFICATION = /^\/(?:auth\/check_key|v1\/verify|v1\/forward-auth)(?:[/?]|$)/;

/**
 * A million verifications and probes a day tell nobody anything; refused ones are counted instead, and that keys can't
 * be looked up is told once.
 */
function levelOf(path: string, status: number): 'debug' | 'info' | 'error' {
  if (status >= 500 && !(status === 503 && VERIFICATION.test(path))) return 'error';
  return VERIFICATION.test(path) || path.startsWith('/health/') ? 'debug' : 'info';
}

/** Pages and management get the browser's protections; verification is read by machines, millions of times. */
function answerHeaders({ http }: Config) {
  const forBrowsers = helmet({
    // Answers are data; pages bring their own.
    contentSecurityPolicy: { useDefaults: false, directives: DATA_ONLY },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: http.publicUrl.startsWith('https:'),
  });
  return (req: Request, res: Response, next: NextFunction): void => {
    if (!VERIFICATION.test(req.url)) return forBrowsers(req, res, next);
    for (let i = 0; i < COMMON_HEADERS.length; i += 2)
      res.setHeader(COMMON_HEADERS[i]!, COMMON_HEADERS[i + 1]!);
    next();
  };
}

/** JSON and forms, of a moderate size. A gateway may pass on its client's own body, of any kind: that is never read. */
function readBodies(): RequestHandler {
  const reading = inOrder([
    requireJson,
    json({ limit: '32kb' }),
    urlencoded({ limit: '32kb', extended: false }),
    plainBody,
  ]);
  return (req, res, next) => (FORWARD_AUTH.test(req.url) || !hasBody(req) ? next() : reading(req, res, next));
}

const hasBody = ({ headers }: Request): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;

interface Problem {
  readonly constraints?: Record<string, string>;
  readonly children?: Problem[];
}

/** Names and rules only: a value may be a key. */
function describeProblems(problems: Problem[]): DomainError {
  const sentences = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
  return new DomainError(
    'invalid',
    'INVALID_REQUEST',
    sentences.join('; ') || 'The request has not the form described in the documentation.',
  );
}
