// better-auth's verifyApiKey behind node:http, nothing else: no framework, no throttle, its own defaults.
import { createServer } from 'node:http';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { announce } from './announce.mjs';

const options = {
  database: new pg.Pool({ connectionString: process.argv[2] }),
  secret: 'only-for-the-bench-0123456789abcdef',
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [apiKey({ rateLimit: { enabled: false } })],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
const person = { name: 'bench', email: 'bench@example.org', password: 'only-for-the-bench' };
const { user } = await auth.api.signUpEmail({ body: person });
const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: 'bench' } });

const server = createServer((req, res) => {
  auth.api.verifyApiKey({ body: { key: req.headers['x-api-key'] } }).then(
    ({ valid, key: found }) => {
      const body = JSON.stringify({ user_id: found?.referenceId, config: found?.metadata ?? {} });
      res.writeHead(valid ? 200 : 403, { 'Content-Type': 'application/json' }).end(body);
    },
    () => res.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1', () => announce({ port: server.address().port, secrets: [key] }));
