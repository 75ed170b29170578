// What the measured figures have to reach. met is null where this run can't tell; why says what would.
import { ADDRESSES, BARE_NEST, BARE_NODE, BETTER_AUTH, CARRIERS, NEST_ROUTE, REFUSALS } from './cases.mjs';

const MILLION = 1_000_000;
const EMBEDDED = "the target is PostgreSQL's";

export function targetsOf(figures) {
  const { measured, half } = figures;
  const ratio = (name, base, least) =>
    ratioOf(`${name} ÷ ${base}`, named(measured, name), named(measured, base), least);
  return [
    ratio('header', BARE_NODE, 0.9),
    ...REFUSALS.map((name) => ratio(name, BARE_NODE, 0.8)),
    ratio(NEST_ROUTE, BARE_NEST, 0.8),
    ...CARRIERS.map((name) => ratio(name, 'header', 0.6)),
    ratio(ADDRESSES, 'header'),
    ...(named(measured, BETTER_AUTH)
      ? [{ ...ratio('header', BETTER_AUTH), what: 'ours ÷ better-auth' }]
      : []),
    tableTarget(figures),
    coldTarget(figures),
    ...memoryTargets(figures),
    atMost('99th percentile at half the rate, ms', half.p99, 5),
    readyTarget(figures),
  ];
}

const named = (measured, name) => measured.find((one) => one.name === name);

/** Met only by both; without a limit it is told and not judged. */
function ratioOf(what, a, b, least) {
  const [rate, cpu] = [a.rate / b.rate, b.cpuMicros / a.cpuMicros];
  return { what, rate, cpu, least, met: least === undefined ? null : Math.min(rate, cpu) >= least };
}

const atMost = (what, value, most) => ({ what, value, most, met: value <= most });
const untold = (what, why, limit) => ({ what, why, met: null, ...limit });

function tableTarget({ sizes, rows }) {
  const least = 0.95;
  if (!sizes) return untold('1,000,000 keys in the table ÷ 1,000', EMBEDDED, { least });
  const what = `${rows.toLocaleString('en')} keys in the table ÷ 1,000`;
  const ratio = ratioOf(what, sizes.inMany, sizes.inFew, least);
  return rows >= MILLION ? ratio : { ...ratio, met: null, why: '--table 1000000' };
}

function coldTarget({ cold, isPostgres }) {
  const what = 'cold keys a second, none failed';
  const target = { what, value: cold.rate, least: 10_000, met: cold.rate >= 10_000 && cold.failed === 0 };
  return isPostgres ? target : { ...target, met: null, why: EMBEDDED };
}

function memoryTargets({ memory, cold, long, isPostgres }) {
  const above = (a, b) => a.rssMiB - b.rssMiB;
  const rest = 'at rest above an empty Nest app, MiB';
  const cached = `with ${cold.keys.toLocaleString('en')} cached keys above that, MiB`;
  const grown = 'growth from 1,000,000 to 10,000,000 requests, %';
  const { atRest, emptyNest, cached: full } = memory;
  const targets = [atMost(rest, above(atRest, emptyNest), 60), atMost(cached, above(full, atRest), 100)];
  // The embedded engine is in the process itself, with all of its memory.
  const judged = isPostgres ? targets : targets.map((one) => ({ ...one, met: null, why: EMBEDDED }));
  if (!long) return [...judged, untold(grown, '--long', { most: 5 })];
  return [
    ...judged,
    atMost(grown, (above(long.afterLast, long.afterFirst) / long.afterFirst.rssMiB) * 100, 5),
  ];
}

function readyTarget({ ready }) {
  const what = 'start on PostgreSQL to ready, ms';
  return ready ? atMost(what, ready.ms, 2000) : untold(what, EMBEDDED, { most: 2000 });
}
