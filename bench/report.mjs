// Figures of the rounds, and the table that a person reads.
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

export function figures(cases, rounds) {
  return cases.map(({ name }, i) => {
    const of = (field) => rounds[i].map((round) => round[field]);
    const rates = of('rate');
    return {
      name,
      rate: median(rates),
      cpuMicros: median(of('cpuMicros')),
      p50: median(of('p50')),
      p99: median(of('p99')),
      unexpected: of('unexpected').reduce((sum, count) => sum + count, 0),
      noise: (Math.max(...rates) - Math.min(...rates)) / median(rates),
      rounds: rounds[i],
    };
  });
}

export function table({ machine, on, measured, targets, coldKeys, memory, startMs }) {
  const lines = [
    `${machine.cores} × ${machine.cpu}, Node ${machine.node}, load by ${machine.generator}, ${on}`,
    '',
    row(['', 'requests/s', 'CPU µs', 'p50 ms', 'p99 ms', 'noise', 'unexpected']),
    ...measured.map((one) =>
      row([
        one.name,
        Math.round(one.rate).toLocaleString('en'),
        one.cpuMicros.toFixed(1),
        one.p50.toFixed(2),
        one.p99.toFixed(2),
        `${Math.round(one.noise * 100)} %`,
        one.unexpected,
      ]),
    ),
    '',
    row(['target', 'requests/s', 'CPU', 'limit', '']),
    ...targets.map(target),
    '',
    `cold keys: ${Math.round(coldKeys.rate).toLocaleString('en')} a second over ${coldKeys.keys} keys, ${coldKeys.failed} failed`,
    `memory, MiB RSS (heap): at rest ${mib(memory.atRest)}, after the rounds ${mib(memory.afterRounds)}, with ${coldKeys.keys} keys more in the cache ${mib(memory.afterCold)}`,
    `start, filling the database included: ${Math.round(startMs)} ms`,
  ];
  return lines.join('\n');
}

function target({ what, rate, cpu, value, least, most, met }) {
  const verdict = met === null ? 'not judged here' : met ? 'met' : 'MISSED';
  const limit = least === undefined ? `≤ ${most}` : `≥ ${least}`;
  if (value !== undefined) return row([what, value.toFixed(1), '', limit, verdict]);
  return row([what, rate.toFixed(2), cpu.toFixed(2), limit, verdict]);
}

const mib = ({ rssMiB, heapMiB }) => `${Math.round(rssMiB)} (${Math.round(heapMiB)})`;
const row = ([first, ...rest]) =>
  String(first).padEnd(72) + rest.map((cell) => String(cell).padStart(12)).join('');
