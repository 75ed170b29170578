// npm run bench: verification side by side with what limits it, in paired rounds; a table, and a JSON of all.
// It measures on a throw-away PostgreSQL where that is installed, else on the embedded database in memory.
// Options: see options.mjs, or --help.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { casesOf, THAT_BUILD } from './cases.mjs';
import { generator } from './load.mjs';
import { readOptions } from './options.mjs';
import { pairsAmong } from './pairs.mjs';
import * as phases from './phases.mjs';
import { openPostgres } from './postgres.mjs';
import { table } from './report.mjs';
import { inRounds } from './rounds.mjs';
import { memoryOf, start, stop, stopAll } from './servers.mjs';
import { startSides } from './sides.mjs';
import { targetsOf } from './targets.mjs';
import { expectSameBytes } from './wire.mjs';
import { compareWorkers } from './workers.mjs';

const EMBEDDED = 'pglite:memory';

const options = readOptions();
const siblings = [];
let postgres;

mkdirSync(dirname(options.json), { recursive: true });
if (options.builds && spawnSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' }).status !== 0)
  process.exit(1);
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143 }))
  process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
try {
  const report = options.workers ? await measureWorkers() : await measure();
  writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  console.log(options.workers ? report.lines.join('\n') : table(report));
  console.log(`\nAll figures: ${options.json}`);
  process.exitCode = report.targets.every(({ met }) => met !== false) ? 0 : 2;
} finally {
  await cleanUp();
}

/** Judged by nobody: how many cores there are beside the load decides it. */
async function measureWorkers() {
  postgres = await openPostgres(options.postgres, options.embedded);
  if (!postgres) throw new Error('--workers needs PostgreSQL');
  const [key] = await seededKeys();
  const figures = await compareWorkers(options, postgres.url, key);
  const at = new Date().toISOString();
  return { at, machine: machine(), on: postgres.on, options, targets: [], ...figures };
}

async function measure() {
  postgres = await openPostgres(options.postgres, options.embedded);
  if (options.against && !postgres) throw new Error(`--against ${options.against} needs PostgreSQL`);
  const { sides, secrets } = await startSides(options, settingsOf, await seededKeys(), sibling);
  const inTurn = secrets.slice(0, options.keys);
  const cases = chosen(casesOf(sides, inTurn, options.pairs));
  await expectSameBytes(pairsAmong(cases), cases);
  const measured = await inRounds(cases, options.rounds, options.seconds, 'verification');
  const more = options.pairs ? {} : await measureMore(sides, cases, measured, secrets);
  const figures = { measured, ...more, isPostgres: !!postgres };
  const on = postgres?.on ?? 'the embedded database in memory';
  return {
    at: new Date().toISOString(),
    machine: machine(),
    on,
    options,
    targets: targetsOf(figures),
    ...figures,
  };
}

function machine() {
  return { cpu: cpus()[0].model, cores: cpus().length, node: process.version, generator };
}

/** Both sides of the pairs that were asked for; another build is asked for by its own option. */
function chosen(cases) {
  if (!options.only) return cases;
  const pairs = pairsAmong(cases).filter(({ of, to }) => of.includes(options.only) || to === THAT_BUILD);
  if (pairs.length === 0) throw new Error(`--only ${options.only}: no pair has this in its name`);
  return cases.filter(({ name }) => pairs.some(({ of, to }) => name === of || name === to));
}

/** PostgreSQL is filled once, by a server that isn't measured; the embedded database lives in each server's process. */
function settingsOf(keys) {
  const { dist } = options;
  return postgres ? { dist, databaseUrl: postgres.url } : { dist, databaseUrl: EMBEDDED, keys };
}

async function seededKeys() {
  if (!postgres) return [];
  const keys = options.keys + (options.pairs ? 0 : options.cold);
  const seeder = await start('ours', { ...settingsOf(), keys });
  await stop(seeder);
  return seeder.secrets;
}

async function measureMore(sides, cases, measured, secrets) {
  const half = await phases.atHalfRate(cases, measured);
  const afterRounds = await memoryOf(sides.ours);
  await Promise.all(Object.values(sides).map(stop));
  const { keys, dist, cold: never, table: least, long: isLong } = options;
  const inTurn = secrets.slice(0, keys);
  const emptyNest = await phases.emptyNest(dist);
  const rows = postgres ? await phases.fillTable(postgres.url, least) : never;
  const { cold, atRest, cached } = await phases.coldKeys(settingsOf(never), secrets.slice(keys));
  const few = postgres && (await sibling('few_keys'));
  const sizes = few && (await phases.tableSizes(settingsOf(), few, inTurn));
  const ready = postgres && (await phases.startsToReady(postgres.url, dist));
  const long = isLong ? await phases.longRun(settingsOf(keys), inTurn) : undefined;
  return { half, cold, rows, sizes, ready, long, memory: { emptyNest, atRest, cached, afterRounds } };
}

/** Another empty database; each server with an embedded one has its own anyway. */
async function sibling(name) {
  if (!postgres) return {};
  const { url: databaseUrl, drop } = await postgres.sibling(name);
  siblings.push(drop);
  return { databaseUrl };
}

async function cleanUp() {
  await stopAll();
  for (const drop of siblings.splice(0)) await drop();
  await postgres?.end();
}
