// What counting costs a verification, how long 100,000 keys take to be written, and how long series take to be read out of
// 10,000,000 hourly rows, on a throw-away PostgreSQL. `node bench/usage.mjs`, after `npm run build`; --only counting,
// writing or reading; --rounds 14 --seconds 1 --keys 100000 --rows 10000000
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { headerCase } from './cases.mjs';
import { openPostgres, query } from './postgres.mjs';
import { inRounds, median, quantile } from './rounds.mjs';
import { start, stopAll } from './servers.mjs';
import { settingsFor } from './settings.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '14' },
    seconds: { type: 'string', default: '1' },
    keys: { type: 'string', default: '100000' },
    rows: { type: 'string', default: '10000000' },
  },
});
const DIST = resolve('dist');
const DAY_MS = 86_400_000;
const of = (file) => import(pathToFileURL(join(DIST, file)).href);

const postgres = await openPostgres(undefined, false, 'on');
if (!postgres) throw new Error('PostgreSQL is missing. On Debian: apt-get install postgresql');
console.log(
  `load of the machine: ${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores, ${postgres.on}`,
);
try {
  for (const [name, measure] of Object.entries({ counting, writing, reading }))
    if (!options.only || options.only === name) await measure();
} finally {
  await stopAll();
  await postgres.end();
}

/** CPU of a verification that counts and of one that doesn't, in the same rounds. */
async function counting() {
  const server = async (counts) => {
    const { url } = await postgres.sibling(counts ? 'counting' : 'not_counting');
    const started = await start('ours', { dist: DIST, databaseUrl: url, keys: 1, counts });
    return { ...headerCase(started, started.secrets[0]), name: counts ? 'counting' : 'not counting' };
  };
  const cases = [await server(true), await server(false)];
  const [on, off] = await inRounds(cases, Number(options.rounds), Number(options.seconds), 'counting');
  const ratios = (field, turn) => on.rounds.map((round, i) => turn(off.rounds[i][field] / round[field]));
  const cpu = ratios('cpuMicros', (ratio) => ratio);
  const rate = ratios('rate', (ratio) => 1 / ratio);
  console.log(
    `with counting ÷ without, median of ${options.rounds} rounds: CPU ${median(cpu).toFixed(3)} (quartiles ${quantile(cpu, 0.25).toFixed(3)} to ${quantile(cpu, 0.75).toFixed(3)}), requests/s ${median(rate).toFixed(3)}`,
  );
}

async function writing() {
  const { app, url } = await open('writing');
  const { UsageRecorder } = await of('usage/usage-recorder.js');
  const { UsageFlusher } = await of('usage/usage-flusher.js');
  const [recorder, flusher] = [app.get(UsageRecorder), app.get(UsageFlusher)];
  const keys = await makeKeys(url);
  for (const what of ['for the first time', 'again', 'again, an hour later']) {
    const now = Date.now() + (what.includes('hour') ? 3_600_000 : 0);
    keys.forEach((id, i) => {
      const source = {
        address: `10.${i % 200}.3.4`,
        userAgent: 'GDAL/3.8',
        audience: 'maps',
        carrier: 'bearer',
      };
      recorder.accepted(id, now, source);
    });
    const startedAt = performance.now();
    await flusher.flush();
    console.log(
      `${keys.length} different keys written ${what}: ${((performance.now() - startedAt) / 1000).toFixed(2)} s`,
    );
  }
  await app.close();
}

/** Of 20,000 people; ids in no order, as they are. */
async function makeKeys(url) {
  await query(
    url,
    `INSERT INTO owners (id, created_at)
     SELECT md5('owner ' || n)::uuid, now() FROM generate_series(0, 19999) AS n`,
  );
  const rows = await query(
    url,
    `INSERT INTO api_keys (id, digest, owner_id, format, created_at, expires_at)
     SELECT 'key_' || left(md5(n::text), 20), sha256(n::text::bytea), md5('owner ' || n % 20000)::uuid, 'akm', now(), now()
     FROM generate_series(1, ${Number(options.keys)}) AS n RETURNING id`,
  );
  return rows.map(({ id }) => id);
}

async function reading() {
  const { app, url } = await open('reading');
  const { UsageSeries } = await of('usage/usage-series.js');
  const { UsageRetention } = await of('usage/usage-retention.js');
  const now = new Date();
  await app.get(UsageRetention).run(new Date(now.getTime() - 62 * DAY_MS));
  await app.get(UsageRetention).run(now);
  await fill(url, now);
  const series = app.get(UsageSeries);
  const window = (days) => ({
    from: new Date(now - days * DAY_MS),
    to: now,
    step: 'day',
    timeZone: 'Europe/Paris',
  });
  await report('90 days of one key', () => series.ofKeys(['key_7'], window(90)));
  const hundred = Array.from({ length: 100 }, (_, i) => `key_${i}`);
  await report('30 days of 100 keys', () => series.ofKeys(hundred, window(30)));
  await report('a month of all keys', () => series.ofAll(window(30)));
  await report('400 days of all keys', () => series.ofAll(window(400)));
  await size(url, 'usage_hours');
  await query(
    url,
    `INSERT INTO usage_days SELECT key_id, hour::date, audience, code, sum(count) FROM usage_hours GROUP BY 1, 2, 3, 4`,
  );
  await size(url, 'usage_days');
  await app.close();
}

/** A key in 2,160 of the rows: it is used in every hour of 90 days. */
async function fill(url, now) {
  const keys = Math.round(Number(options.rows) / 2160);
  console.log(`making ${options.rows} rows of ${keys} keys…`);
  await query(
    url,
    `INSERT INTO usage_hours
    SELECT 'key_' || k, date_trunc('hour', $1::timestamptz) - h * interval '1 hour', CASE WHEN k % 3 = 0 THEN 'maps' ELSE '' END, 'VALID', 1 + (k * h) % 1000
    FROM generate_series(0, 2159) AS h, generate_series(1, ${keys}) AS k`,
    [now],
  );
  await query(
    url,
    'INSERT INTO usage_of_all SELECT hour, audience, code, sum(count) FROM usage_hours GROUP BY 1, 2, 3',
  );
  await query(url, 'VACUUM ANALYZE');
}

async function report(what, run) {
  const times = [];
  for (let i = 0; i < 21; i += 1) {
    const startedAt = performance.now();
    await run();
    times.push(performance.now() - startedAt);
  }
  console.log(`${what}: p50 ${median(times).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`);
}

async function size(url, table) {
  const [{ bytes, rows }] = await query(
    url,
    `SELECT sum(pg_total_relation_size(relid))::float8 AS bytes, (SELECT count(*) FROM ${table})::float8 AS rows FROM pg_partition_tree('${table}')`,
  );
  console.log(`${table}: ${rows} rows, ${(bytes / rows).toFixed(0)} bytes each with their index`);
}

async function open(name) {
  const { createApp } = await of('app.setup.js');
  const { parseConfig } = await of('config/parse-config.js');
  const { url } = await postgres.sibling(name);
  const app = await createApp(parseConfig({ ...settingsFor(url), APIKM_USAGE_FLUSH_MS: '60000' }));
  await app.init();
  return { app, url };
}
