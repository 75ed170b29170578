import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { docsPages } from './app.docs.js';
import { AppModule } from './app.module.js';
import { callbackAt } from './auth/callback-path.js';
import { cookieSecrets } from './auth/cookie-secrets.js';
import type { Config } from './config/config.js';
import { openDatabase } from './database/open-database.js';
import type { LogLine } from './database/log-line.js';
import type { OpenedDatabase } from './database/open-database.js';
import { ENTITIES } from './entities.js';
import { forwardAuthAsOneRoute } from './gateway/forward-auth-reader.js';
import { accessLog } from './platform/access-log.js';
import { answerHeaders } from './platform/answer-headers.js';
import { Clock } from './platform/clock.js';
import { cors } from './platform/cors.js';
import { ErrorFilter } from './platform/error.filter.js';
import { except, inOrder } from './platform/in-order.js';
import { LaneAdapter } from './platform/lane-adapter.js';
import { openLog } from './platform/log.js';
import type { Log } from './platform/log.js';
import { FORWARD_AUTH, levelOf, VERIFICATION } from './platform/machine-routes.js';
import { readBodies } from './platform/read-bodies.js';
import { RequestCounts } from './platform/request-counts.js';
import { assignRequestId, normalizePath, urlSplitter } from './platform/request-context.js';
import { validation } from './platform/validation.js';
import { Services } from './services/services.js';

/** What a process has of its own accord, and a test brings along. */
interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  /** Already open. */
  readonly database: OpenedDatabase;
}

/** The whole application, ready to listen; closing it closes the database. @throws Error when that can't be opened; CatalogueError. */
export async function createApp(
  config: Config,
  { clock = new Clock(), ...parts }: Partial<Parts> = {},
): Promise<NestExpressApplication> {
  const log = parts.log ?? (await openLog(config));
  // Before the database is touched: a catalogue with a mistake stops the start.
  const services = new Services(config);
  const say: LogLine = (line, level) =>
    level === 'info' ? log.log(line, 'Database') : log.warn(line, 'Database');
  const database = parts.database ?? (await openDatabase(config.database, ENTITIES, say));
  const module = AppModule.forRoot(config, database, clock, services);
  const options = { bodyParser: false, logger: log, abortOnError: false };
  try {
    const app = await NestFactory.create<NestExpressApplication>(module, new LaneAdapter(), options);
    await configureApp(app, config, log);
    return await app.init();
  } catch (error) {
    await database.source.destroy();
    throw error;
  }
}

/** What every request passes, in this order, in production and in tests alike. */
async function configureApp(app: NestExpressApplication, config: Config, log: Log): Promise<void> {
  const { http, keys, docs, oidc } = config;
  app.disable('x-powered-by');
  app.disable('etag');
  // Or a condition of the asker's would make an answer of ours an empty 304, that of a new key too.
  Object.defineProperty(app.getHttpAdapter().getInstance().request, 'fresh', { value: false });
  app.use(
    inOrder(
      assignRequestId,
      app.get(RequestCounts).middleware,
      accessLog(log.pino, config, levelOf),
      normalizePath(urlSplitter(http.rootPath, keys.prefixes)),
      forwardAuthAsOneRoute,
    ),
  );
  if (oidc.embedded) {
    // Loaded only where it serves: it brings a whole OpenID provider along.
    const { mountDevIdentity } = await import('./dev-identity/dev-identity.js');
    await mountDevIdentity(app, config, cookieSecrets(config));
  }
  app.use(
    inOrder(
      answerHeaders(config),
      cors(config.cors, ['/auth/check_key', docs.openapiPath], FORWARD_AUTH),
      callbackAt(oidc.redirectPath),
      readBodies(),
      except(VERIFICATION, docsPages(app, config)),
    ),
  );
  app.useGlobalPipes(validation());
  app.useGlobalFilters(new ErrorFilter(config));
}
