// How long pages of lists take: 100 out of one owner's 100,000 keys, and out of all 1,000,000, by each sort and filter, on a
// throw-away PostgreSQL, without HTTP; then the whole table as CSV, with the memory that it takes. --plans prints the
// queries' plans. `node bench/lists.mjs --keys 1000000 --own 100000 --runs 20`, after `npm run build`.
import { createRequire } from 'node:module';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openPostgres } from './postgres.mjs';
import { settingsFor } from './settings.mjs';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    own: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '20' },
    plans: { type: 'boolean', default: false },
  },
});
const [KEYS, OWN, RUNS] = [options.keys, options.own, options.runs].map(Number);
const DIST = resolve('dist');
const SORTS = ['created', '-created', 'name', '-name', 'expires', '-expires', 'lastUsed', '-lastUsed'];
const FILTERS = [
  { status: ['live'] },
  { status: ['revoked'] },
  { q: 'tile 4711' },
  { q: 'no such thing' },
  { audience: 'maps' },
  { neverExpires: true },
  { expiresBefore: new Date('2026-12-01T00:00:00Z') },
  { unusedSince: new Date('2026-10-01T00:00:00Z') },
];

const of = (file) => import(pathToFileURL(join(DIST, file)).href);
const postgres = await openPostgres(undefined, false);
if (!postgres) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
console.log(
  `load of the machine: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores, ${postgres.on}`,
);
try {
  await measure();
} finally {
  await postgres.end();
}

async function measure() {
  const { createApp } = await of('app.setup.js');
  const { parseConfig } = await of('config/parse-config.js');
  const { KeyList } = await of('inventory/key-list.js');
  const { KeyRecords } = await of('inventory/key-records.js');
  const { keyTable } = await of('inventory/key-table.js');
  const { DataSource } = createRequire(join(DIST, 'main.js'))('typeorm');
  const { url } = await postgres.sibling('lists');
  const app = await createApp(parseConfig(settingsFor(url)));
  await app.init();
  const [source, lists, records] = [app.get(DataSource), app.get(KeyList), app.get(KeyRecords)];
  await seed(url);
  const page = async (filter, sort) => {
    const { keys } = await lists.page(filter, sort, 100);
    return records.ofAll(keys);
  };
  for (const [whose, own] of [
    [`one owner's ${OWN}`, { ownerIds: ['owner-0'] }],
    [`all ${KEYS}`, {}],
  ]) {
    for (const sort of SORTS) await report(`${whose}, by ${sort}`, () => page(own, sort));
    for (const filter of FILTERS)
      await report(`${whose}, ${JSON.stringify(filter)}`, () => page({ ...own, ...filter }, '-created'));
  }
  await report(`counts of one owner's ${OWN}`, () => lists.counts({ ownerIds: ['owner-0'] }));
  if (options.plans) await printPlans(source, lists);
  await exportAll(lists, records, keyTable);
  await app.close();
}

async function seed(url) {
  console.log(`making ${KEYS} keys…`);
  // Without the server's limits of time.
  const runner = new pg.Client({ connectionString: url });
  await runner.connect();
  await runner.query(`INSERT INTO owners (id, login, created_at, roles)
    SELECT 'owner-' || i, 'login-' || i, now(), '{reader}' FROM generate_series(0, 20000) AS i`);
  await runner.query(
    `INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at, never_expires, revoked_at, revoked_by, limits)
     SELECT 'key_' || md5(i::text), sha256(i::text::bytea), 'owner-' || CASE WHEN i < $2 THEN 0 ELSE 1 + i % 20000 END,
       'tile ' || i, 'akm', timestamptz '2025-01-01' + i * interval '60 seconds', timestamptz '2026-11-01' + (i % 20000) * interval '1 hour',
       i % 50 = 0, CASE WHEN i % 20 = 0 THEN now() END, CASE WHEN i % 20 = 0 THEN 'owner' END,
       CASE WHEN i % 10 = 0 THEN '{"audiences":["maps"]}'::jsonb ELSE '{}' END
     FROM generate_series(0, $1 - 1) AS i`,
    [KEYS, OWN],
  );
  await runner.query(
    `INSERT INTO usage_totals SELECT id, 10, 1, created_at + interval '30 days' FROM api_keys WHERE get_byte(digest, 0) < 200`,
  );
  await runner.query('VACUUM ANALYZE');
  await runner.end();
}

async function report(what, run) {
  const times = [];
  for (let i = 0; i < RUNS; i += 1) {
    const startedAt = performance.now();
    await run().catch((error) => times.push(error.message));
    times.push(performance.now() - startedAt);
  }
  const failed = times.find((time) => typeof time === 'string');
  const sorted = times.filter((time) => typeof time === 'number').sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
  console.log(`${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms${failed ? `, FAILED: ${failed}` : ''}`);
}

/** Of the slowest kinds, as PostgreSQL ran them. */
async function printPlans(source, lists) {
  const query = source.query.bind(source);
  const seen = [];
  source.driver.options.logging = false;
  for (const filter of FILTERS) {
    const built = lists.query(filter).orderBy('key.created_at', 'DESC').limit(101);
    const [sql, values] = built.getQueryAndParameters();
    const plan = await query(`EXPLAIN (ANALYZE, COSTS OFF) ${sql}`, values);
    seen.push(`${JSON.stringify(filter)}\n${plan.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}`);
  }
  console.log(seen.join('\n'));
}

async function exportAll(lists, records, keyTable) {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  let [bytes, most] = [0, 0];
  for await (const chunk of keyTable(lists.all({}, '-created'), records)) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `all ${KEYS} as CSV: ${seconds.toFixed(0)} s, ${Math.round(bytes / 2 ** 20)} MiB, ${Math.round((most - before) / 2 ** 20)} MiB more memory`,
  );
}
