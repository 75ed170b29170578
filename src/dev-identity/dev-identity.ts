// Owns the identity provider for trying the service out: oidc-provider with demo users, shaped as Keycloak, on our own
// port under /dev-identity. Promises that everything else speaks to it as to a real Keycloak, over HTTP.
// Never there in production or beside a real provider. No Nest module: it has to answer before the body parsers.
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import type { Provider } from 'oidc-provider';
import { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { Clock } from '../platform/clock.js';
import { adminApi } from './admin-api.js';
import { Effects, EFFECTS_SCRIPT } from './effects.js';
import { loginPage, peoplePage } from './pages.js';
import { People, ROLES } from './people.js';
import type { DemoPerson } from './people.js';
import { demoProvider } from './provider.js';
import { signingKey } from './signing-key.js';

const FORM = express.urlencoded({ extended: false, limit: '8kb' });
/** Own pages have one style element; the provider's have a script that sends a form on. */
const HEADERS = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      connectSrc: ["'self'"],
      styleSrc: ["'unsafe-inline'"],
      formAction: null,
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
});

/** Serves the provider under /dev-identity. @param cookieKeys what signs its cookies. */
export async function mountDevIdentity(
  app: NestExpressApplication,
  config: Config,
  cookieKeys: string[],
): Promise<void> {
  const { endpoint, realm, clientId } = config.oidc;
  const file = (name: string) => config.dataFolder && join(config.dataFolder, name);
  const people = new People(file('dev-identity.json'), app.get(Clock));
  const effects = new Effects(app.get(DataSource), people);
  const key = await signingKey(file('dev-identity-key.json'));
  const base = new URL(endpoint).pathname;
  const provider = demoProvider(config, people, key, cookieKeys, (uid) => `${base}/login/${uid}`);
  const issuer = `${endpoint}/realms/${realm}`;
  const router = Router();
  router.use(`/realms/${realm}`, serve(provider, base));
  router.use(`/admin/realms/${realm}`, adminApi(people, key, { issuer, clientId }));
  router.use(HEADERS, refuseForeignForms);
  router.get('/login/:uid', (_req, res) => void res.send(loginPage('', people.all)));
  router.post('/login/:uid', FORM, (req, res, next) => void logIn(provider, people, req, res).catch(next));
  router.get('/', (_req, res, next) => {
    effects.all().then((seen) => res.send(peoplePage(base, people.all, seen)), next);
  });
  router.get('/effects', (_req, res, next) => void effects.all().then((seen) => res.json(seen), next));
  router.get('/effects.js', (_req, res) => void res.type('text/javascript').send(EFFECTS_SCRIPT));
  router.post('/people/:id', FORM, (req, res) => change(people, base, req, res));
  app.use('/dev-identity', router);
}

/** The library takes from the request where it is: that is what the browser knows it by, whatever proxy is between. */
function serve(provider: Provider, base: string) {
  const answer = provider.callback();
  const { protocol, host } = new URL(provider.issuer);
  return (req: Request, res: Response): void => {
    req.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    req.headers['x-forwarded-host'] = host;
    req.originalUrl = `${base}${req.baseUrl.replace(/^.*?\/dev-identity/, '')}${req.url}`;
    void answer(req, res);
  };
}

function refuseForeignForms(req: Request, res: Response, next: NextFunction): void {
  const site = req.headers['sec-fetch-site'];
  if (req.method === 'POST' && site !== undefined && site !== 'same-origin')
    res.status(403).send('Forms are accepted from this page only.');
  else next();
}

async function logIn(provider: Provider, people: People, req: Request, res: Response): Promise<void> {
  const { username, password } = (req.body ?? {}) as Record<string, unknown>;
  const person = people.byPassword(username, password);
  if (!person?.enabled) {
    const problem = person ? 'This account is disabled.' : 'Wrong login or password.';
    res.status(401).send(loginPage('', people.all, problem));
    return;
  }
  try {
    await provider.interactionFinished(req, res, { login: { accountId: person.id } });
  } catch {
    res.status(400).send(loginPage('', people.all, 'This login took too long. Go back and start it again.'));
  }
}

function change(people: People, base: string, req: Request, res: Response): void {
  const person = people.find(String(req.params.id));
  const { enabled, role } = (req.body ?? {}) as Record<string, unknown>;
  if (person && typeof enabled === 'string') people.change(person, { enabled: enabled === 'true' });
  if (person && typeof role === 'string' && ROLES.includes(role)) toggleRole(people, person, role);
  res.redirect(303, `${base}/`);
}

function toggleRole(people: People, person: DemoPerson, role: string): void {
  const others = person.roles.filter((name) => name !== role);
  people.change(person, { roles: person.roles.includes(role) ? others : [...others, role] });
}
