// What is measured beside the rounds: the table's size, keys never seen, memory, a held rate, the start.
import { BARE_NODE, HEADER, keysInTurn } from './cases.mjs';
import { load, loadAt, loadCold } from './load.mjs';
import { query } from './postgres.mjs';
import { msToReady } from './ready.mjs';
import { inRounds, median } from './rounds.mjs';
import { memoryOf, start, stop } from './servers.mjs';

const SECONDS = 2;
const TABLE_ROUNDS = 5;
const RUNS = 3;
/** A pause that the machine makes is in the 99th percentile of a whole run: the middle of more runs has less of those. */
const RUNS_AT_HALF = 9;
const MILLION = 1_000_000;

/** The 99th percentile at half of the header's own maximum; bare node's beside it shows what the generator adds. */
export async function atHalfRate(cases, measured) {
  const header = cases.find(({ name }) => name === HEADER);
  const bare = cases.find(({ name }) => name === BARE_NODE);
  const wanted = Math.round(measured.find(({ name }) => name === HEADER).rate / 2);
  const runs = { ours: [], bare: [] };
  for (let run = 1; run <= RUNS_AT_HALF; run += 1) {
    runs.ours.push(await loadAt(wanted, header, SECONDS));
    runs.bare.push(await loadAt(wanted, bare, SECONDS));
  }
  const middle = (of, field) => median(of.map((run) => run[field]));
  const [p99, barep99] = [middle(runs.ours, 'p99'), middle(runs.bare, 'p99')];
  return { wanted, held: middle(runs.ours, 'rate'), p99, bareP99: barep99, runs };
}

/** Rows that nobody has the key of, up to this many in all. */
export async function fillTable(url, rows) {
  const [{ count }] = await query(url, 'SELECT count(*)::int AS count FROM api_keys');
  if (count < rows)
    await query(
      url,
      `INSERT INTO api_keys (id, digest, owner_id, name, format, created_at, expires_at)
       SELECT 'fill_' || n, sha256(('fill ' || n)::bytea), (SELECT id FROM owners LIMIT 1), 'fill', 'akm', now(),
         now() + interval '1 day' FROM generate_series(1, $1) AS n`,
      [rows - count],
    );
  await query(url, 'VACUUM ANALYZE api_keys');
  return Math.max(count, rows);
}

/** Each key is looked up anew every second, so that the table has a part in it. */
export async function tableSizes(settings, { databaseUrl }, secrets) {
  const freshSeconds = 1;
  const many = await start('ours', { ...settings, freshSeconds });
  const few = await start('ours', { ...settings, databaseUrl, keys: secrets.length, freshSeconds });
  const cases = [keysInTurn(many, 'many', secrets), keysInTurn(few, 'few', few.secrets)];
  const [inMany, inFew] = await inRounds(cases, TABLE_ROUNDS, SECONDS, 'size of the table');
  await Promise.all([stop(many), stop(few)]);
  return { inMany, inFew };
}

/** A server that has done nothing yet, and then holds the keys in its cache. */
export async function coldKeys(settings, secrets) {
  const server = await start('ours', settings);
  const atRest = await memoryOf(server);
  const cold = await loadCold({ port: server.port, path: '/auth/check_key' }, keysOf(server, secrets));
  const cached = await memoryOf(server);
  await stop(server);
  return { cold, atRest, cached };
}

/** A server with a database in its own process has made keys of its own. */
const keysOf = ({ secrets: own }, given) => (own.length > 0 ? own : given);

export async function emptyNest(dist) {
  const server = await start('empty-nest', { dist });
  const memory = await memoryOf(server);
  await stop(server);
  return memory;
}

/** Memory after a million requests and after ten. */
export async function longRun(settings, secrets) {
  const server = await start('ours', settings);
  const one = keysInTurn(server, 'long', keysOf(server, secrets));
  const until = async (most, from) => {
    let requests = from;
    while (requests < most) requests += (await load(one, 5)).requests;
    process.stderr.write(`long run: ${requests.toLocaleString('en')} requests\n`);
    return requests;
  };
  const first = await until(MILLION, 0);
  const afterFirst = await memoryOf(server);
  const requests = await until(10 * MILLION, first);
  const afterLast = await memoryOf(server);
  await stop(server);
  return { requests, afterFirst, afterLast };
}

export async function startsToReady(databaseUrl, dist) {
  const runs = [];
  for (let run = 1; run <= RUNS; run += 1) runs.push(await msToReady(databaseUrl, dist));
  return { ms: median(runs), runs };
}
