// npm run bench: verification side by side with what limits it, in interleaved rounds; a table, and a JSON of all.
// It measures on a throw-away PostgreSQL where that is installed, else on the embedded database in memory.
// Options: see options.mjs, or --help.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { startBetterAuth } from './better-auth.mjs';
import { block, casesOf } from './cases.mjs';
import { generator } from './load.mjs';
import { readOptions } from './options.mjs';
import * as phases from './phases.mjs';
import { openPostgres } from './postgres.mjs';
import { table } from './report.mjs';
import { inRounds } from './rounds.mjs';
import { memoryOf, start, stop, stopAll } from './servers.mjs';
import { targetsOf } from './targets.mjs';

const EMBEDDED = 'pglite:memory';
const BODY = JSON.stringify({
  user_id: '11111111-1111-4111-8111-111111111111',
  user_login: 'bench',
  iam_roles: ['reader', 'writer'],
  config: {},
});

const options = readOptions();
const profileTo = options.profile ? dirname(options.json) : undefined;
const siblings = [];
let postgres;

mkdirSync(dirname(options.json), { recursive: true });
if (spawnSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' }).status !== 0) process.exit(1);
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
try {
  const report = await measure();
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(table(report));
  console.log(`\nAll figures: ${options.json}`);
  process.exitCode = report.targets.every(({ met }) => met !== false) ? 0 : 2;
} finally {
  await cleanUp();
}

async function measure() {
  postgres = await openPostgres(options.postgres, options.embedded);
  if (options.against && !postgres) throw new Error(`--against ${options.against} needs PostgreSQL`);
  const { servers, secrets } = await startServers();
  const inTurn = secrets.slice(0, options.keys);
  await block(servers.ours);
  const cases = casesOf(servers, inTurn);
  const measured = await inRounds(cases, options.rounds, options.seconds, 'verification');
  const half = await phases.atHalfRate(cases, measured, options.seconds);
  const afterRounds = await memoryOf(servers.ours);
  await Promise.all(Object.values(servers).map(stop));
  const { memory, ...rest } = await measureAlone(inTurn, secrets.slice(options.keys));
  const figures = { measured, half, ...rest, memory: { ...memory, afterRounds }, isPostgres: !!postgres };
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, generator };
  const on = postgres?.on ?? 'the embedded database in memory';
  return { at: new Date().toISOString(), machine, on, options, targets: targetsOf(figures), ...figures };
}

async function startServers() {
  const secrets = await seededKeys();
  const ours = await start('ours', settingsOf(options.keys), profileTo);
  const servers = {
    ours,
    withoutLane: await start('ours-without-lane', settingsOf(1)),
    bareNode: await start('bare-node', { body: BODY }),
    bareNest: await start('bare-nest', { body: BODY }),
  };
  if (options.against) servers.betterAuth = await startBetterAuth(await sibling('better_auth'));
  return { servers, secrets: postgres ? secrets : ours.secrets };
}

/** PostgreSQL is filled once, by a server that isn't measured; the embedded database lives in each server's process. */
function settingsOf(keys) {
  return postgres ? { databaseUrl: postgres.url } : { databaseUrl: EMBEDDED, keys };
}

async function seededKeys() {
  if (!postgres) return [];
  const seeder = await start('ours', { databaseUrl: postgres.url, keys: options.keys + options.cold });
  await stop(seeder);
  return seeder.secrets;
}

async function measureAlone(inTurn, never) {
  const emptyNest = await phases.emptyNest();
  const rows = postgres ? await phases.fillTable(postgres.url, options.table) : options.cold;
  const { cold, atRest, cached } = await phases.coldKeys(settingsOf(options.cold), never);
  const few = postgres && (await sibling('few_keys'));
  const sizes = few && (await phases.tableSizes(postgres.url, few, inTurn, options));
  const ready = postgres && (await phases.startsToReady(postgres.url));
  const long = options.long ? await phases.longRun(settingsOf(options.keys), inTurn) : undefined;
  return { cold, rows, sizes, ready, long, memory: { emptyNest, atRest, cached } };
}

async function sibling(name) {
  const database = await postgres.sibling(name);
  siblings.push(database);
  return database.url;
}

async function cleanUp() {
  await stopAll();
  for (const { drop } of siblings.splice(0)) await drop();
  await postgres?.end();
}
