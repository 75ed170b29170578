// One server to be measured, told over IPC what it is. Kinds: ours, ours-without-lane, bare-node, bare-nest, and two that
// have all that ours imports: bare-among-modules, and empty-nest, which has nothing to do.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { announce } from './announce.mjs';
import { serveBare } from './bare.mjs';
import { settingsFor } from './settings.mjs';

const [kind, settingsText] = process.argv.slice(2);
const { dist, keys, databaseUrl, answer, freshSeconds = 3600, counts = true } = JSON.parse(settingsText);
const OWNER = '11111111-1111-4111-8111-111111111111';
const BATCH = 5000;

const started = performance.now();
const { port, secrets } = await {
  ours,
  'ours-without-lane': ours,
  'bare-node': bareNode,
  'bare-among-modules': bareAmongModules,
  'bare-nest': bareNest,
  'empty-nest': emptyNest,
}[kind]();
announce({ port, secrets, startMs: performance.now() - started }, serveBare);

function ofDist(file) {
  return import(pathToFileURL(join(dist, file)).href);
}

async function ours() {
  const { createApp } = await ofDist('app.setup.js');
  const { parseConfig } = await ofDist('config/parse-config.js');
  // Its own, which need not be the one that is installed here.
  const { DataSource } = createRequire(join(dist, 'main.js'))('typeorm');
  const config = parseConfig({
    ...settingsFor(databaseUrl),
    APIKM_VERIFY_FRESH: String(freshSeconds),
    APIKM_FAST_LANE: String(kind === 'ours'),
  });
  const app = await createApp(config);
  if (!counts) {
    const { UsageRecorder } = await ofDist('usage/usage-recorder.js');
    app.get(UsageRecorder).accepted = () => {};
  }
  const minted = await seed(app.get(DataSource), keys);
  return { ...(await listening(app)), secrets: minted };
}

async function listening(app) {
  await app.listen(0, '127.0.0.1');
  return { port: new URL(await app.getUrl()).port, secrets: [] };
}

async function seed(source, count) {
  if (!count) return [];
  const { digestOf, mintKey, mintPublicId } = await ofDist('api-keys/key-material.js');
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

async function bareNode() {
  return { port: await serveBare(answer), secrets: [] };
}

async function bareAmongModules() {
  await ofDist('app.setup.js');
  return bareNode();
}

async function bareNest() {
  const { Controller, Get, Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const value = JSON.parse(answer.body);
  class CheckKey {
    check() {
      return value;
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
  await ofDist('app.module.js');
  const { Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  class Empty {}
  Module({})(Empty);
  return listening(await NestFactory.create(Empty, { logger: false }));
}
