// One server to be measured, told over IPC what it is. Kinds: ours, ours-without-lane, bare-node, bare-nest.
import 'reflect-metadata';
import { createServer } from 'node:http';

const [kind, settingsText] = process.argv.slice(2);
const { keys, databaseUrl, body } = JSON.parse(settingsText);
const OWNER = '11111111-1111-4111-8111-111111111111';
const BATCH = 5000;

const started = performance.now();
const { port, secrets } = await {
  ours,
  'ours-without-lane': ours,
  'bare-node': bareNode,
  'bare-nest': bareNest,
}[kind]();
process.on('message', (question) => {
  if (question === 'gc') globalThis.gc?.();
  process.send({ cpu: process.cpuUsage(), memory: process.memoryUsage() });
});
process.on('disconnect', () => process.exit());
process.send({ port, secrets, startMs: performance.now() - started });

async function ours() {
  const { createApp } = await import('../dist/app.setup.js');
  const { parseConfig } = await import('../dist/config/parse-config.js');
  const { DataSource } = await import('typeorm');
  const config = parseConfig({
    APIKM_DATABASE_URL: databaseUrl,
    APIKM_OIDC_ENDPOINT: 'http://127.0.0.1:9',
    APIKM_OIDC_REALM: 'bench',
    APIKM_OIDC_CLIENT_ID: 'bench',
    APIKM_OIDC_CLIENT_SECRET: 'bench',
    APIKM_KEYCLOAK_SYNC_FREQ: '0',
    APIKM_RATE_LIMIT: '20/hour',
    // The load comes from one address; a forwarded one stands for a client that is blocked.
    APIKM_TRUSTED_PROXIES: '127.0.0.1',
    APIKM_VERIFY_FRESH: '3600',
    APIKM_LOG_LEVEL: 'silent',
    APIKM_FAST_LANE: String(kind === 'ours'),
  });
  const app = await createApp(config);
  const minted = await seed(app.get(DataSource), keys);
  await app.listen(0, '127.0.0.1');
  return { port: new URL(await app.getUrl()).port, secrets: minted };
}

async function seed(source, count) {
  const { digestOf, mintKey, mintPublicId } = await import('../dist/api-keys/key-material.js');
  await source.query(
    `INSERT INTO owners (id, login, roles, attributes, rights_read_at, created_at)
     VALUES ($1, 'bench', '{reader,writer}', '{}', now(), now()) ON CONFLICT DO NOTHING`,
    [OWNER],
  );
  const secrets = Array.from({ length: count }, () => mintKey('akm').secret);
  for (let at = 0; at < count; at += BATCH) {
    const batch = secrets.slice(at, at + BATCH);
    await source.query(
      `INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at)
       SELECT id, digest, $3, 'bench', 'akm', now(), now() + interval '1 day' FROM unnest($1::text[], $2::bytea[]) AS k (id, digest)`,
      [batch.map(() => mintPublicId()), batch.map(digestOf), OWNER],
    );
  }
  return secrets;
}

function bareNode() {
  const headers = [
    ...['X-Request-Id', '6f1c1a2e-8f0b-4c55-9a3e-0f6f6b1f2c3d', 'X-Content-Type-Options', 'nosniff'],
    ...['Cache-Control', 'private, no-store', 'Vary', 'Origin'],
  ];
  const type = [
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
  ];
  const server = createServer((_req, res) => res.writeHead(200, [...headers, ...type]).end(body));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, secrets: [] }));
  });
}

async function bareNest() {
  const { Controller, Get, Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const answer = JSON.parse(body);
  class CheckKey {
    check() {
      return answer;
    }
  }
  Get('auth/check_key')(
    CheckKey.prototype,
    'check',
    Object.getOwnPropertyDescriptor(CheckKey.prototype, 'check'),
  );
  Controller()(CheckKey);
  class Bare {}
  Module({ controllers: [CheckKey] })(Bare);
  const app = await NestFactory.create(Bare, { logger: false });
  app.getHttpAdapter().getInstance().set('etag', false);
  await app.listen(0, '127.0.0.1');
  return { port: new URL(await app.getUrl()).port, secrets: [] };
}
