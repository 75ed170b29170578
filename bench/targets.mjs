// What the measured figures have to reach. met is null where this run can't tell; why says what would.
import { ratiosOf } from './pairs.mjs';

const MILLION = 1_000_000;
const EMBEDDED = "the target is PostgreSQL's";

/** A run of the pairs alone has no other figures. */
export function targetsOf(figures) {
  const pairs = ratiosOf(figures.measured);
  if (!figures.half) return pairs;
  return [
    ...pairs,
    tableTarget(figures),
    coldTarget(figures),
    ...memoryTargets(figures),
    atMost('99th percentile at half the rate, ms', figures.half.p99, 5),
    readyTarget(figures),
  ];
}

const atMost = (what, value, most) => ({ what, value, most, met: value <= most });
const untold = (what, why, limit) => ({ what, why, met: null, ...limit });

/** Of medians, and met only by both: the database has its part in the rate alone. */
function tableTarget({ sizes, rows }) {
  const least = 0.95;
  if (!sizes) return untold('1,000,000 keys in the table ÷ 1,000', EMBEDDED, { least });
  const { inMany, inFew } = sizes;
  const [rate, cpu] = [inMany.rate / inFew.rate, inFew.cpuMicros / inMany.cpuMicros];
  const ratio = { what: `${rows.toLocaleString('en')} keys in the table ÷ 1,000`, rate, cpu, least };
  if (rows < MILLION) return { ...ratio, met: null, why: '--table 1000000' };
  return { ...ratio, met: Math.min(rate, cpu) >= least };
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
