import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Router, static as files } from 'express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { Sessions } from './auth/sessions.js';
import type { Config } from './config/config.js';
import { docsPage, docsScript } from './docs-page.js';
import type { DocsLogin } from './docs-page.js';
import { FORWARD_AUTH_PATH } from './gateway/forward-auth.openapi.js';
import { DomainError } from './platform/domain-error.js';
import { VERSION } from './platform/version.js';

const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** Swagger UI writes style attributes; scripts come from here alone. @param provider where tokens are fetched from */
const pageHeaders = (provider: readonly string[]) =>
  helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'", ...provider],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  });
/** The window of the provider's login comes back here and tells the page that opened it. */
const LOGIN_BACK = '/docs/oauth2-redirect.html';
const TECHNICAL = /^\/health\//;
const ABOUT =
  'API keys for tools that cannot log in with OpenID Connect: people make them, services and gateways verify them, rights follow the identity provider.';

/** Swagger UI under /docs, and the OpenAPI document beside it. */
export function docsPages(app: NestExpressApplication, config: Config): Router {
  const { openapiPath, title, loginRequired } = config.docs;
  const pages = Router();
  const root = publicRoot(config);
  let document: string | undefined;
  pages.use([/^\/docs(?=\/|$)/, /^\/$/, openapiPath], onlyForReading);
  pages.use(openapiPath, (req: Request, res: Response, next: NextFunction) => {
    if (req.url !== '/' && !req.url.startsWith('/?')) return next();
    document ??= JSON.stringify(openApiDocument(app, config));
    res.type('application/json').send(document);
  });
  // Browsers ask for it on every page; without a route each would log a refusal.
  pages.use('/favicon.ico', (_req: Request, res: Response) => res.status(204).end());
  const login = docsLogin(config);
  if (login) pages.use('/docs', mayOpenLogin);
  pages.use(
    '/docs',
    pageHeaders(login ? [new URL(config.oidc.endpoint).origin] : []),
    (req: Request, res: Response, next: NextFunction) => {
      if (req.originalUrl.split('?')[0]!.endsWith('/docs')) res.redirect(`${root}/docs/`);
      else next();
    },
  );
  if (loginRequired) pages.use('/docs', askForLogin(app, config));
  pages.use(/^\/docs\/(?:index\.html)?$/, (_req: Request, res: Response) => res.send(docsPage(title)));
  pages.use('/docs/init.js', (_req: Request, res: Response) =>
    res.type('text/javascript').send(docsScript(`..${openapiPath}`, login)),
  );
  pages.use('/docs', files(ASSETS, { index: false, etag: false, lastModified: false, redirect: false }));
  return pages;
}

/** What the code says of every route, as OpenAPI 3. */
export function openApiDocument(app: INestApplication, config: Config): OpenAPIObject {
  const { docs, oidc } = config;
  const document = SwaggerModule.createDocument(app, aboutAll(config).build(), {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
  });
  document.paths['/v1/forward-auth'] = FORWARD_AUTH_PATH;
  if (docs.clientId) offerLogin(document, oidc);
  closeBodies(document);
  joinLists(document);
  describeExamples(document);
  if (docs.showTechnicalEndpoints) return document;
  const paths = Object.entries(document.paths).filter(([path]) => !TECHNICAL.test(path));
  return { ...document, paths: Object.fromEntries(paths) };
}

/** What holds for the document as a whole. */
function aboutAll({ docs, keys }: Config): DocumentBuilder {
  const { name, url, email } = docs.contact;
  const builder = new DocumentBuilder()
    .setTitle(docs.title)
    .setDescription(docs.description || ABOUT)
    .setVersion(VERSION)
    // Relative to the document, so that it is right behind any proxy.
    .addServer(
      Array(docs.openapiPath.split('/').length - 2)
        .fill('..')
        .join('/') || '.',
    )
    .addTag('Keys', 'Make and manage keys.')
    .addTag('Services', 'The services that keys can be made for.')
    .addTag('Verification', 'For services and gateways: is this key valid?')
    .addTag('You', 'Who is logged in.')
    .addTag('Administration', 'For administrators.')
    .addTag('Session', 'Browser login and logout.')
    .addTag('Health', 'Whether the process is alive, and whether it is ready for traffic.')
    .addTag('Manage API keys', 'The routes of csgroup-oss/apikey-manager, unchanged.')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: BEARER },
      'accessToken',
    )
    .addCookieAuth('apikm', { type: 'apiKey', in: 'cookie', description: COOKIE }, 'session')
    .addApiKey({ type: 'apiKey', in: 'header', name: keys.headers[0] }, 'API key header')
    .addApiKey({ type: 'apiKey', in: 'query', name: keys.queries[0] }, 'API key query')
    .addSecurity('API key bearer', { type: 'http', scheme: 'bearer', description: 'The key itself.' })
    .addSecurity('API key basic', {
      type: 'http',
      scheme: 'basic',
      description: 'The key as password or user name.',
    });
  if (name || url || email) builder.setContact(name, url, email);
  return builder;
}

/** Beside the access token that somebody brings along: one that the page fetches for whoever logs in. */
function offerLogin(document: OpenAPIObject, { endpoint, realm }: Config['oidc']): void {
  const at = `${endpoint}/realms/${realm}/protocol/openid-connect`;
  const flow = {
    authorizationUrl: `${at}/auth`,
    tokenUrl: `${at}/token`,
    scopes: { openid: 'Who you are.' },
  };
  document.components!.securitySchemes!.login = { type: 'oauth2', flows: { authorizationCode: flow } };
  const operations = Object.values(document.paths).flatMap(({ get, post, patch }) => [get, post, patch]);
  for (const operation of operations)
    if (operation?.security?.some((scheme) => 'accessToken' in scheme))
      operation.security.push({ login: ['openid'] });
}

const docsLogin = ({ docs, http }: Config): DocsLogin | undefined =>
  docs.clientId === undefined
    ? undefined
    : { clientId: docs.clientId, redirectUrl: `${http.publicUrl}${LOGIN_BACK}` };

/** A browser keeps no tie between a page and a login that it opened, unless both allow it. */
function mayOpenLogin({ originalUrl }: Request, res: Response, next: NextFunction): void {
  const isBack = originalUrl.split('?')[0]!.endsWith(LOGIN_BACK);
  res.setHeader('Cross-Origin-Opener-Policy', isBack ? 'unsafe-none' : 'same-origin-allow-popups');
  next();
}

/** `?status=live,disabled`: sent twice a parameter is refused, save on the predecessor's routes. */
function joinLists({ paths }: OpenAPIObject): void {
  const ours = Object.entries(paths).filter(([path]) => path.startsWith('/v1/'));
  const parameters = ours.flatMap(([, { get }]) => get?.parameters ?? []);
  for (const parameter of parameters)
    if (isList(parameter)) Object.assign(parameter, { style: 'form', explode: false });
}

/** Swagger UI fills examples in, and a list that is narrowed by all of them is empty: they are words to read. */
function describeExamples({ paths }: OpenAPIObject): void {
  const operations = Object.values(paths).flatMap(({ get, post }) => [get, post]);
  for (const parameter of operations.flatMap((operation) => operation?.parameters ?? [])) {
    if (!('in' in parameter) || parameter.in !== 'query' || parameter.required) continue;
    const { schema, description } = parameter;
    const narrower = schema && 'example' in schema ? schema : parameter;
    if (narrower.example === undefined) continue;
    parameter.description = [description, `Example: ${String(narrower.example)}`]
      .filter(Boolean)
      .join('\n\n');
    delete narrower.example;
  }
}

const isList = (parameter: object): boolean =>
  'schema' in parameter && (parameter.schema as { type?: string }).type === 'array';

/** Validation refuses every field that no DTO knows. */
function closeBodies({ paths, components }: OpenAPIObject): void {
  const operations = Object.values(paths).flatMap(({ post, patch }) => [post, patch]);
  for (const name of operations.map(bodyName)) {
    const dto = name === undefined ? undefined : components?.schemas?.[name];
    if (dto) Object.assign(dto, { additionalProperties: false });
  }
}

/** The DTO of a body in JSON. */
function bodyName(operation: OpenAPIObject['paths'][string]['post']): string | undefined {
  const body = operation?.requestBody;
  const schema = body && 'content' in body ? body.content['application/json']?.schema : undefined;
  return schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
}

const BEARER = 'An access token of our client from the identity provider. API keys are not accepted here.';
const COOKIE = 'The session of a browser after /auth/login.';

/** The path that browsers know us under: a proxy may have cut it off before the request came here. */
const publicRoot = ({ http }: Config): string => new URL(http.publicUrl).pathname.replace(/\/$/, '');

function askForLogin(app: NestExpressApplication, config: Config) {
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const sessions = app.get(Sessions);
    await sessions.open(req, res);
    if (req.session.login) next();
    else res.redirect(`${publicRoot(config)}/auth/login?returnTo=/docs/`);
  };
}

function onlyForReading({ method }: Request, _res: Response, next: NextFunction): void {
  const reads = ['GET', 'HEAD', 'OPTIONS'].includes(method);
  const details = { allow: 'GET, HEAD' };
  next(
    reads
      ? undefined
      : new DomainError('method-not-allowed', 'METHOD_NOT_ALLOWED', 'Method Not Allowed', details),
  );
}
