// One server to be measured, told over IPC what it is. Kinds: ours, ours-without-lane, bare-node, bare-nest, and
// empty-nest, which has all that ours imports and nothing to do.
import 'reflect-metadata';
import { createServer } from 'node:http';
import { announce } from './announce.mjs';
import { settingsFor } from './settings.mjs';

const [kind, settingsText] = process.argv.slice(2);
const { keys, databaseUrl, body, freshSeconds = 3600 } = JSON.parse(settingsText);
const OWNER = '11111111-1111-4111-8111-111111111111';
const BATCH = 5000;

const started = performance.now();
const { port, secrets } = await {
  ours,
  'ours-without-lane': ours,
  'bare-node': bareNode,
  'bare-nest': bareNest,
  'empty-nest': emptyNest,
}[kind]();
announce({ port, secrets, startMs: performance.now() - started });

async function ours() {
  const { createApp } = await import('../dist/app.setup.js');
  const { parseConfig } = await import('../dist/config/parse-config.js');
  const { DataSource } = await import('typeorm');
  const config = parseConfig({
    ...settingsFor(databaseUrl),
    APIKM_VERIFY_FRESH: String(freshSeconds),
    APIKM_FAST_LANE: String(kind === 'ours'),
  });
  const app = await createApp(config);
  const minted = await seed(app.get(DataSource), keys);
  return { ...(await listening(app)), secrets: minted };
}

async function listening(app) {
  await app.listen(0, '127.0.0.1');
  return { port: new URL(await app.getUrl()).port, secrets: [] };
}

async function seed(source, count) {
  if (!count) return [];
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
  return listening(app);
}

async function emptyNest() {
  await import('../dist/app.module.js');
  const { Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  class Empty {}
  Module({})(Empty);
  return listening(await NestFactory.create(Empty, { logger: false }));
}
