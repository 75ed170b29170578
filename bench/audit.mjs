// What the audit's chain costs: 1,000 keys created in parallel by 100 people, without HTTP, on a throw-away PostgreSQL,
// with fsync off and on. `node bench/audit.mjs --against-dist FOLDER` sets another checkout's build beside this one, in turn.
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openPostgres } from './postgres.mjs';
import { settingsFor } from './settings.mjs';

const { values: options } = parseArgs({
  options: {
    'against-dist': { type: 'string' },
    dist: { type: 'string', default: 'dist' },
    rounds: { type: 'string', default: '7' },
    lines: { type: 'string', default: '0' },
  },
});
const [PEOPLE, KEYS, WRITES] = [100, 1000, 200];
const sides = { before: options['against-dist'], after: options.dist };

console.log(`load of the machine: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`);
console.log(`fsync of 8 KiB on this machine: ${spread(fsyncTimes(), 2)} ms`);
for (const fsync of ['off', 'on']) {
  const postgres = await openPostgres(undefined, false, fsync);
  if (!postgres) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
  try {
    const opened = [];
    for (const [name, dist] of Object.entries(sides))
      if (dist) opened.push(await open(name, resolve(dist), (await postgres.sibling(name)).url));
    for (let round = 0; round < Number(options.rounds); round += 1)
      for (const side of opened) await measure(side);
    for (const { name, rates, cpu } of opened)
      console.log(
        `${postgres.on}, fsync ${fsync}, ${name}: ${spread(rates, 0)} keys a second, ${spread(cpu, 2)} ms of node's CPU each`,
      );
    const after = opened.at(-1);
    if (Number(options.lines)) await importLines(after, Number(options.lines));
    for (const { app } of opened) await app.close();
  } finally {
    await postgres.end();
  }
}

function ofDist(dist, file) {
  return import(pathToFileURL(join(dist, file)).href);
}

async function open(name, dist, url) {
  const { createApp } = await ofDist(dist, 'app.setup.js');
  const { parseConfig } = await ofDist(dist, 'config/parse-config.js');
  const { ApiKeysService } = await ofDist(dist, 'api-keys/api-keys.service.js');
  const { Changes } = await ofDist(dist, 'changes/changes.js');
  const { DataSource } = createRequire(join(dist, 'main.js'))('typeorm');
  const app = await createApp(parseConfig(settingsFor(url)));
  await app.init();
  const source = app.get(DataSource);
  const owners = Array.from({ length: PEOPLE }, (_, i) => ({ id: randomUUID(), login: `p${i}`, roles: [] }));
  for (const { id, login } of owners)
    await source.query('INSERT INTO owners (id, login, created_at) VALUES ($1, $2, now())', [id, login]);
  const side = {
    name,
    app,
    owners,
    changes: app.get(Changes),
    keys: app.get(ApiKeysService),
    rates: [],
    cpu: [],
  };
  await createKeys(side);
  return side;
}

async function measure(side) {
  const before = process.cpuUsage();
  side.rates.push(await createKeys(side));
  const { user, system } = process.cpuUsage(before);
  side.cpu.push((user + system) / 1000 / KEYS);
}

/** Everybody at once, each one key after the other. */
async function createKeys({ owners, keys }) {
  const startedAt = performance.now();
  const createTen = async (owner) => {
    const by = { id: owner.id, login: owner.login, via: 'token', network: '192.0.2.0/24', agent: 'curl' };
    for (let i = 0; i < KEYS / PEOPLE; i += 1)
      await untilTaken(() => keys.create(owner, { name: `key ${i}` }, by));
  };
  await Promise.all(owners.map(createTen));
  return (KEYS / (performance.now() - startedAt)) * 1000;
}

/** On a busy machine one waits for a connection longer than the pool has patience; that counts as time. */
async function untilTaken(create) {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      return await create();
    } catch (error) {
      if (!/timeout/i.test(error.message)) throw error;
    }
  }
  throw new Error('The machine is too busy to measure on.');
}

/** As an import does it: all in one change. */
async function importLines({ changes }, count) {
  const startedAt = performance.now();
  let committingAt;
  await changes.make(async (tx) => {
    for (let start = 0; start < count; start += 500)
      await tx.record(
        ...Array.from({ length: 500 }, (_, i) => ({
          action: 'key.imported',
          keyId: `k${start + i}`,
          ownerId: 'o',
        })),
      );
    committingAt = performance.now();
  });
  const [all, chained] = [startedAt, committingAt].map((at) => ((performance.now() - at) / 1000).toFixed(1));
  console.log(`${count} lines in one change: ${all} s, of which the chain was held for ${chained} s`);
}

function fsyncTimes() {
  const folder = mkdtempSync(join(tmpdir(), 'apikm-fsync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(8192, 1);
  const times = Array.from({ length: WRITES }, () => {
    writeSync(file, page);
    const startedAt = performance.now();
    fsyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}

/** Median, and the worst and best tenth. */
function spread(figures, digits) {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round((sorted.length - 1) * share)].toFixed(digits);
  return `${at(0.5)} (${at(0.1)} to ${at(0.9)})`;
}
