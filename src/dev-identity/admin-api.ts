import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JWK } from 'jose';
import type { DemoPerson, People } from './people.js';

interface Allowed {
  readonly issuer: string;
  readonly clientId: string;
}

/** The reads of Keycloak's admin REST that the synchronisation makes, for the service account's token alone. */
export function adminApi(people: People, key: JWK, allowed: Allowed): Router {
  const router = Router();
  router.use(serviceAccountOnly(key, allowed));
  router.get('/users', (_req, res) => void res.json(people.all.map(user)));
  router.get('/users/:id', (req, res) => answer(people, req, res, user));
  router.get('/users/:id/role-mappings/realm/composite', (req, res) =>
    answer(people, req, res, ({ roles }) => roles.map((name) => ({ id: name, name, composite: false }))),
  );
  router.get('/users/:id/groups', (req, res) =>
    answer(people, req, res, ({ groups }) =>
      groups.map((path) => ({ id: path, name: path.split('/').at(-1), path })),
    ),
  );
  router.get('/events/config', (_req, res) => void res.json({ adminEventsEnabled: true }));
  router.get('/admin-events', ({ query }, res) => {
    const [first, max] = [Number(query.first ?? 0), Number(query.max ?? 100)];
    res.json(people.events.slice(first, first + max));
  });
  router.use((_req, res) => void res.status(404).json({ error: 'HTTP 404 Not Found' }));
  return router;
}

function user({ id, login, firstName, lastName, enabled, attributes }: DemoPerson) {
  return { id, username: login, firstName, lastName, enabled, emailVerified: true, attributes };
}

function answer(people: People, req: Request, res: Response, shape: (person: DemoPerson) => unknown): void {
  const person = people.find(String(req.params.id));
  if (person) res.json(shape(person));
  else res.status(404).json({ error: 'User not found' });
}

function serviceAccountOnly(key: JWK, { issuer, clientId }: Allowed) {
  const { kty, n, e, kid, alg } = key;
  const keys = createLocalJWKSet({ keys: [{ kty: kty!, n, e, kid, alg }] });
  return async (req: Request, res: Response, next: NextFunction): Promise<void> => {
    const token = req.headers.authorization?.replace(/^Bearer /, '') ?? '';
    try {
      await jwtVerify(token, keys, { issuer, subject: clientId });
      next();
    } catch {
      res.status(401).json({ error: 'HTTP 401 Unauthorized' });
    }
  };
}
