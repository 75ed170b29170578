// The table that a person reads.
export function table({ machine, on, measured, targets, ...rest }) {
  const lines = [
    `${machine.cores} × ${machine.cpu}, Node ${machine.node}, load by ${machine.generator}, ${on}`,
    '',
    row(['', 'requests/s', 'CPU µs', 'p50 ms', 'p99 ms', 'noise', 'unexpected']),
    ...measured.map(caseLine),
    '',
    row(['target', 'CPU', 'quartiles', 'requests/s', 'limit']),
    ...targets.map(targetLine),
    ...(rest.cold ? ['', ...notes(rest)] : []),
  ];
  return lines.join('\n');
}

const caseLine = (one) =>
  row([
    one.name,
    whole(one.rate),
    one.cpuMicros.toFixed(1),
    one.p50.toFixed(2),
    one.p99.toFixed(2),
    `${Math.round(one.noise * 100)} %`,
    one.unexpected,
  ]);

function targetLine({ what, cpu, quartiles, rate, value, least, most, met, why }) {
  const verdict = met === null ? (why ? `untold: ${why}` : '') : met ? 'met' : 'MISSED';
  const figure = cpu === undefined ? value?.toFixed(1) : ratio(cpu);
  const cells = [figure ?? '', quartiles?.map(ratio).join('-') ?? '', rate === undefined ? '' : ratio(rate)];
  return `${row([what, ...cells, limitOf(least, most)])}   ${verdict}`;
}

/** A hundredth alone would hide what two builds differ in. */
const ratio = (number) => number.toFixed(3);

function limitOf(least, most) {
  if (least !== undefined) return `≥ ${least}`;
  return most === undefined ? '' : `≤ ${most}`;
}

function notes({ cold, rows, half, memory, long }) {
  return [
    `cold keys: ${whole(cold.rate)} a second over ${whole(cold.keys)} keys of ${whole(rows)}, ${cold.failed} failed`,
    `half the rate: ${whole(half.wanted)} a second wanted, ${whole(half.held)} held; bare node:http's 99th percentile there is ${half.bareP99} ms`,
    `memory, MiB RSS (heap): empty Nest ${mib(memory.emptyNest)}, at rest ${mib(memory.atRest)}, keys cached ${mib(memory.cached)}, after the rounds ${mib(memory.afterRounds)}`,
    ...(long
      ? [
          `after 1,000,000 requests ${mib(long.afterFirst)}, after ${whole(long.requests)} ${mib(long.afterLast)}`,
        ]
      : []),
  ];
}

const whole = (number) => Math.round(number).toLocaleString('en');
const mib = ({ rssMiB, heapMiB }) => `${Math.round(rssMiB)} (${Math.round(heapMiB)})`;
const row = ([first, ...rest]) =>
  String(first).padEnd(80) + rest.map((cell) => String(cell).padStart(12)).join('');
