// npm run bench: verification side by side with what limits it, in interleaved rounds; a table and a JSON.
// Options: --seconds 3, --rounds 5, --keys 1000, --cold 100000, --postgres URL (an empty database that may be
// filled), --json FILE, --profile (a CPU profile of our server beside the JSON).
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generator, load, loadAt, onCore } from './load.mjs';
import { figures, table } from './report.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    keys: { type: 'string', default: '1000' },
    cold: { type: 'string', default: '100000' },
    postgres: { type: 'string' },
    json: { type: 'string', default: join(import.meta.dirname, 'results', 'bench.json') },
    profile: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const BODY = JSON.stringify({
  user_id: '11111111-1111-4111-8111-111111111111',
  user_login: 'bench',
  iam_roles: ['reader', 'writer'],
  config: {},
});
const BLOCKED = { 'X-Forwarded-For': '198.51.100.66' };
const children = [];

mkdirSync(dirname(values.json), { recursive: true });
if (spawnSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' }).status !== 0) process.exit(1);
try {
  const report = await measure();
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(table(report));
  console.log(`\nAll figures: ${values.json}`);
  process.exitCode = report.targets.every(({ met }) => met !== false) ? 0 : 2;
} finally {
  for (const { child } of children) child.kill('SIGTERM');
}

async function measure() {
  const databaseUrl = values.postgres ?? 'pglite:memory';
  const total = Number(values.keys) + Number(values.cold);
  const ours = await start('ours', { keys: total, databaseUrl }, values.profile);
  const withoutLane = await start('ours-without-lane', { keys: 1, databaseUrl: 'pglite:memory' });
  const bareNode = await start('bare-node', { body: BODY });
  const bareNest = await start('bare-nest', { body: BODY });
  const atRest = await memoryOf(ours);
  const cases = casesOf(ours, withoutLane, bareNode, bareNest);
  await block(ours);
  for (const one of cases) await load(one, 1);
  const rounds = cases.map(() => []);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    process.stderr.write(`round ${round} of ${values.rounds}\n`);
    for (const [i, one] of cases.entries()) rounds[i].push(await timed(one));
  }
  const measured = figures(cases, rounds);
  const header = measured.find(({ name }) => name === 'header');
  const half = await loadAt(Math.round(header.rate / 2), cases[1], seconds);
  const afterRounds = await memoryOf(ours);
  const coldKeys = await coldRun(ours, ours.secrets.slice(Number(values.keys)));
  const afterCold = await memoryOf(ours);
  return finish({
    measured,
    half,
    coldKeys,
    memory: { atRest, afterRounds, afterCold },
    startMs: ours.startMs,
  });
}

function casesOf(ours, withoutLane, bareNode, bareNest) {
  const key = ours.secrets[0];
  const check = '/auth/check_key';
  const basic = Buffer.from(`any:${key}`).toString('base64');
  const badChecksum = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
  const at = (server) => ({ server, port: server.port });
  const us = at(ours);
  const header = { 'X-Api-Key': key };
  return [
    { name: 'bare node:http, the same answer', ...at(bareNode), path: check, headers: header },
    { name: 'header', ...us, path: check, headers: header },
    { name: 'bearer', ...us, path: check, headers: { Authorization: `Bearer ${key}` } },
    { name: 'basic', ...us, path: check, headers: { Authorization: `Basic ${basic}` } },
    { name: 'query', ...us, path: `${check}?api-key=${key}` },
    { name: 'path', ...us, path: `/k/${key}${check}` },
    { name: 'forward-auth', ...us, path: '/v1/forward-auth', headers: header },
    {
      name: 'forward-auth, key in the original URI',
      ...us,
      path: '/v1/forward-auth?audience=maps',
      headers: { 'X-Original-URI': `/k/${key}/data/x.tif` },
    },
    { name: 'refused: bad checksum', ...us, path: check, headers: { 'X-Api-Key': badChecksum }, expect: 403 },
    {
      name: 'refused: known bad',
      ...us,
      path: check,
      headers: { 'X-Api-Key': '00000000-0000-4000-8000-000000000000' },
      expect: 403,
    },
    {
      name: 'refused: blocked client',
      ...us,
      path: check,
      headers: { ...BLOCKED, 'X-Api-Key': 'x' },
      expect: 429,
    },
    { name: '1,000 keys in turn', ...us, path: check, each: ours.secrets.slice(0, Number(values.keys)) },
    { name: 'bare Nest + Express route', ...at(bareNest), path: check, headers: header },
    {
      name: 'the Nest route (fast lane off)',
      ...at(withoutLane),
      path: check,
      headers: { 'X-Api-Key': withoutLane.secrets[0] },
    },
  ];
}

/** Wrong keys until the client is turned away. */
async function block({ port }) {
  for (let i = 0; i < 20; i += 1)
    await fetch(`http://127.0.0.1:${port}/auth/check_key`, {
      headers: { ...BLOCKED, 'X-Api-Key': `wrong${i}` },
    });
}

async function timed(one) {
  const before = await ask(one.server);
  const done = await load(one, seconds);
  const after = await ask(one.server);
  const micros = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { ...done, cpuMicros: micros / done.requests };
}

/** Keys never seen, each once, as long as they last. */
async function coldRun({ port }, keys) {
  const startedAt = performance.now();
  let next = 0;
  let failed = 0;
  const { Agent, get } = await import('node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const one = (key) =>
    new Promise((resolve) => {
      get(
        { port, host: '127.0.0.1', path: '/auth/check_key', agent, headers: { 'x-api-key': key } },
        (answer) => {
          if (answer.statusCode !== 200) failed += 1;
          answer.resume().on('end', resolve);
        },
      ).on('error', () => resolve((failed += 1)));
    });
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < keys.length) await one(keys[next++]);
    }),
  );
  agent.destroy();
  return { keys: keys.length, failed, rate: (keys.length * 1000) / (performance.now() - startedAt) };
}

async function memoryOf(server) {
  await ask(server, 'gc');
  const { memory } = await ask(server, 'gc');
  return { rssMiB: memory.rss / 2 ** 20, heapMiB: (memory.heapUsed + memory.external) / 2 ** 20 };
}

function start(kind, settings, profile = false) {
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${dirname(values.json)}`] : [];
  const args = [
    '--expose-gc',
    ...profiling,
    join(import.meta.dirname, 'server.mjs'),
    kind,
    JSON.stringify(settings),
  ];
  const [command, pinned] = onCore(0, process.execPath, args);
  const child = spawn(command, pinned, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  children.push({ child });
  return new Promise((resolve, reject) => {
    child.once('message', (ready) => resolve({ child, ...ready }));
    child.once('exit', () => reject(new Error(`${kind} did not start`)));
  });
}

function ask({ child }, question = 'usage') {
  return new Promise((resolve) => {
    child.once('message', resolve);
    child.send(question);
  });
}

function finish({ measured, half, coldKeys, memory, startMs }) {
  const rateOf = (name) => measured.find((one) => one.name === name);
  const ratio = (name, base, least) => {
    const [a, b] = [rateOf(name), rateOf(base)];
    const [rate, cpu] = [a.rate / b.rate, b.cpuMicros / a.cpuMicros];
    return { what: `${name} ÷ ${base}`, rate, cpu, least, met: Math.min(rate, cpu) >= least };
  };
  const bare = 'bare node:http, the same answer';
  const refusals = ['refused: bad checksum', 'refused: known bad', 'refused: blocked client'];
  const carriers = [
    'bearer',
    'basic',
    'query',
    'path',
    'forward-auth',
    'forward-auth, key in the original URI',
  ];
  const targets = [
    ratio('header', bare, 0.9),
    ...refusals.map((name) => ratio(name, bare, 0.8)),
    ratio('the Nest route (fast lane off)', 'bare Nest + Express route', 0.8),
    ...carriers.map((name) => ratio(name, 'header', 0.6)),
    { what: '99th percentile at half the rate, ms', value: half.p99, most: 5, met: half.p99 <= 5 },
    // The embedded engine serves one process's development; the target is PostgreSQL's.
    {
      what: 'cold keys a second',
      value: coldKeys.rate,
      least: 10_000,
      met: values.postgres ? coldKeys.rate >= 10_000 : null,
    },
  ];
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, generator };
  const on = values.postgres ? 'PostgreSQL' : 'the embedded database in memory';
  return {
    at: new Date().toISOString(),
    machine,
    on,
    seconds,
    measured,
    targets,
    half,
    coldKeys,
    memory,
    startMs,
  };
}
