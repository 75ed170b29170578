// What an installation needs for so many verifications a day and so many keys, from what was measured: `npm run model`, or
// `npm run model -- --verifications 1e9 --keys 1e6`. The constants come from `npm run bench`, `node bench/sizes.mjs` and
// `node bench/usage.mjs` on two cores of a Xeon with PostgreSQL 15; put your own beside them.
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    verifications: { type: 'string' },
    keys: { type: 'string' },
    // The busiest second, as so many times the mean one.
    peak: { type: 'string', default: '3' },
    // Of a key that is used at all: in how many hours of a month.
    hours: { type: 'string', default: '100' },
    // How many of the keys are used in a month, and in the busiest minute.
    active: { type: 'string', default: '0.5' },
    hot: { type: 'string', default: '0.05' },
  },
});
const [PEAK, HOURS, ACTIVE, HOT] = [values.peak, values.hours, values.active, values.hot].map(Number);

/** Verifications a second that one core answers over kept connections, and how much of it is planned with. */
const PER_CORE = 45_000;
const LOAD = 0.6;
/** Bytes in the database, with indexes. */
const KEY_ROW = 1400;
const OWNER_ROW = 330;
const AUDIT_LINE = 720;
const HOUR_ROW = 180;
const KEYS_OF_A_PERSON = 5;
/** Lines of the audit in the life of a key. */
const LINES_OF_A_KEY = 3;
/** In memory: a process that knows no key, a known key with its counts, and how many are known at most. */
const PROCESS_MIB = 165;
const KNOWN_KEY = 1050;
const MOST_KNOWN = 100_000;
/** Known keys are read anew so often, in seconds (half of APIKM_VERIFY_FRESH). */
const READ_ANEW = 5;
/** Different keys whose counts one PostgreSQL writes in a second. */
const WRITTEN_KEYS = 70_000;
const DAY = 86_400;
const MIB = 2 ** 20;

const power = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
const verifications = values.verifications ? [Number(values.verifications)] : power(6, 11);
const keys = values.keys ? [Number(values.keys)] : power(5, 8);

const short = (number) =>
  number < 1000 ? String(Math.ceil(number)) : Intl.NumberFormat('en', { notation: 'compact' }).format(number);
const size = (bytes) =>
  bytes < 2 ** 30
    ? `${Math.ceil(bytes / MIB)} MiB`
    : `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 34 ? 1 : 0)} GiB`;

function forVerifications(count) {
  const mean = count / DAY;
  const cores = (mean * PEAK) / PER_CORE / LOAD;
  return {
    'verifications a day': short(count),
    'a second': short(mean),
    'at the peak': short(mean * PEAK),
    cores: cores < 1 ? cores.toFixed(2) : String(Math.ceil(cores)),
    'processes, one more than needed': String(Math.max(2, Math.ceil(cores) + 1)),
  };
}

function forKeys(count) {
  const hot = count * HOT;
  const known = Math.min(hot, MOST_KNOWN);
  const rows = count * ACTIVE * HOURS;
  return {
    keys: short(count),
    'keys and people': size(count * (KEY_ROW + OWNER_ROW / KEYS_OF_A_PERSON)),
    audit: size(count * LINES_OF_A_KEY * AUDIT_LINE),
    'rows of hours a month': short(rows),
    'those kept, two months': size(rows * HOUR_ROW * 2),
    'memory of a process': `${Math.ceil(PROCESS_MIB + (known * KNOWN_KEY) / MIB)} MiB`,
    'keys read anew a second, each process': short(known / READ_ANEW),
    'seconds to write their counts': (hot / WRITTEN_KEYS).toFixed(hot < WRITTEN_KEYS ? 2 : 0),
  };
}

function print(title, rows) {
  const heads = Object.keys(rows[0]);
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => row[head].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padStart(widths[i])).join(' | ')} |`;
  const rule = `|${widths.map((width) => `${'-'.repeat(width + 1)}:`).join('|')}|`;
  console.log(
    `\n${title}\n\n${[line(heads), rule, ...rows.map((row) => line(heads.map((head) => row[head])))].join('\n')}`,
  );
}

if (
  ![...verifications, ...keys, PEAK, HOURS, ACTIVE, HOT].every((number) => number > 0 && number < Infinity)
) {
  console.error('Every number must be more than 0, such as --verifications 1e9 --keys 1e6 --peak 3.');
  process.exit(2);
}
print(
  `Verifications, the busiest second ${PEAK} times the mean one, cores loaded to ${LOAD * 100} %:`,
  verifications.map(forVerifications),
);
print(
  `Keys, of which ${ACTIVE * 100} % are used in ${HOURS} hours of a month each, and ${HOT * 100} % in the busiest minute:`,
  keys.map(forKeys),
);
console.log('\nWhere one of these ends, docs/operations.md says what follows.');
