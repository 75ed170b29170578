// The main job, step by step over HTTP: log in, create a key, verify it by each carrier, revoke it, see it refused.
// Against the server at APIKM_PUBLIC_URL (http://localhost:9999); when none answers, one is started for the demo.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const url = (process.env.APIKM_PUBLIC_URL ?? `http://localhost:${process.env.APIKM_PORT ?? 9999}`).replace(
  /\/$/,
  '',
);
const login = process.env.DEMO_LOGIN ?? 'alice';
const server = (await answers()) ? undefined : await startServer();
try {
  await demo();
  console.log('\nEverything went as it should.');
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await server?.stop();
}

async function demo() {
  const token = await logIn();
  step(`logged in as ${login}`);
  const authorization = `Bearer ${token}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'demo', ttlHours: 1 });
  const { key, id } = await expectStatus(201, '/v1/keys', { method: 'POST', headers, body });
  step(`created a key, shown this once: ${key}`);
  for (const [carrier, path, sent] of carriers(key)) {
    const { user_login: owner } = await expectStatus(200, path, { headers: sent });
    step(`verified by ${carrier}: it is ${owner}'s`);
  }
  const json = { 'content-type': 'application/json' };
  const verdict = await expectStatus(200, '/v1/verify', {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ key }),
  });
  if (verdict.code !== 'VALID') throw new Error(`POST /v1/verify says ${verdict.code}`);
  step(`verified by POST /v1/verify: ${verdict.code}, roles ${verdict.roles.join(', ')}`);
  await expectStatus(200, `/v1/keys/${id}/revoke`, { method: 'POST', headers });
  step('revoked the key');
  for (const [carrier, path, sent] of carriers(key)) {
    const { detail } = await expectStatus(403, path, { headers: sent });
    step(`refused by ${carrier}: ${detail}`);
  }
}

function carriers(key) {
  const basic = (text) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  return [
    ['the header x-api-key', '/auth/check_key', { 'x-api-key': key }],
    ['Authorization: Bearer', '/auth/check_key', { authorization: `Bearer ${key}` }],
    ['Authorization: Basic, as password', '/auth/check_key', basic(`any:${key}`)],
    ['Authorization: Basic, as user name', '/auth/check_key', basic(`${key}:`)],
    ['the query parameter api-key', `/auth/check_key?api-key=${key}`, {}],
    ['the path', `/k/${key}/auth/check_key`, {}],
  ];
}

async function logIn() {
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: 'apikey-manager',
    client_secret: 'apikey-manager-secret',
    username: login,
    password: login,
  });
  const response = await fetch(`${url}/dev-identity/realms/apikeys/protocol/openid-connect/token`, {
    method: 'POST',
    body: form,
  });
  if (response.status === 404)
    throw new Error('this server has no embedded provider, and only that one has demo users.');
  const { access_token: token, error_description: problem } = await response.json();
  if (!token) throw new Error(`the login as ${login} was refused: ${problem}`);
  return token;
}

async function expectStatus(status, path, init) {
  const response = await fetch(url + path, init);
  const text = await response.text();
  if (response.status !== status)
    throw new Error(`${path.split('?')[0]} answered ${response.status} instead of ${status}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

function step(sentence) {
  console.log(`  ✓ ${sentence}`);
}

async function answers() {
  return fetch(`${url}/health/live`).then(
    (response) => response.ok,
    () => false,
  );
}

async function startServer() {
  console.log(`No server answers at ${url}: starting one for this demo.`);
  const folder = mkdtempSync(join(tmpdir(), 'apikm-demo-'));
  const main = resolve(import.meta.dirname, '..', 'dist', 'main.js');
  const child = spawn(process.execPath, [main], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 240 && child.exitCode === null; tries += 1) {
    if (await answers()) return { stop };
    await pause(250);
  }
  await stop();
  console.error('The server did not start.');
  process.exit(1);
}
