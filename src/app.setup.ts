import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { serveDocs } from './app.docs.js';
import { AppModule } from './app.module.js';
import { callbackAt } from './auth/callback-path.js';
import { cookieSecrets } from './auth/cookie-secrets.js';
import type { Config } from './config/config.js';
import { openDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';
import { importOnStart } from './import/import-on-start.js';
import { accessLog } from './platform/access-log.js';
import { Clock } from './platform/clock.js';
import { cors } from './platform/cors.js';
import { DomainError } from './platform/domain-error.js';
import { ErrorFilter } from './platform/error.filter.js';
import { openLog } from './platform/log.js';
import type { Log } from './platform/log.js';
import { requireJson } from './platform/require-json.js';
import { assignRequestId, normalizePath } from './platform/request-context.js';

/** The whole application, ready to listen; closing it closes the database. @throws Error when that can't be opened. */
export async function createApp(
  config: Config,
  clock = new Clock(),
  log?: Log,
): Promise<NestExpressApplication> {
  log ??= await openLog(config);
  const database = await openDatabase(config.database, ENTITIES, (line) => log.warn(line, 'Database'));
  try {
    await importOnStart(database.source, config, clock);
  } catch (error) {
    await database.source.destroy();
    throw error;
  }
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config, database, clock), {
    bodyParser: false,
    logger: log,
  });
  await configureApp(app, config, log);
  await app.init();
  return app;
}

/** What every request passes, in this order, in production and in tests alike. */
export async function configureApp(app: NestExpressApplication, config: Config, log: Log): Promise<void> {
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(assignRequestId);
  app.use(accessLog(log.pino, isQuiet));
  app.use(normalizePath(config.http.rootPath, config.keys.prefix));
  if (config.oidc.embedded) {
    // Loaded only where it serves: it brings a whole OpenID provider along.
    const { mountDevIdentity } = await import('./dev-identity/dev-identity.js');
    await mountDevIdentity(app, config, cookieSecrets(config));
  }
  app.use(
    helmet({
      // Answers are data; pages bring their own.
      contentSecurityPolicy: { useDefaults: false, directives: DATA_ONLY },
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: config.http.publicUrl.startsWith('https:'),
    }),
  );
  app.use(cors(config.cors, ['/auth/check_key', config.docs.openapiPath]));
  app.use(callbackAt(config.oidc.redirectPath));
  app.use(requireJson);
  app.useBodyParser('json', { limit: '32kb' });
  app.useBodyParser('urlencoded', { limit: '32kb', extended: false });
  serveDocs(app, config);
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

const DATA_ONLY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const VERIFICATION = /^\/(?:auth\/check_key|v1\/(?:verify|forward-auth(?:\/.*)?))$/;

/** A million accepted verifications and probes a day tell nobody anything. */
const isQuiet = (path: string, status: number): boolean =>
  status < 400 && (VERIFICATION.test(path) || path.startsWith('/health/'));

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
