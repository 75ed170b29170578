// Interleaved rounds: whatever slows the machine for a while slows all cases alike. The figure is the median.
import { load } from './load.mjs';
import { ask } from './servers.mjs';

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The first second of each case is a warm-up. */
export async function inRounds(cases, rounds, seconds, what) {
  for (const one of cases) await load(one, 1);
  const taken = cases.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`${what}: round ${round} of ${rounds}\n`);
    for (const [i, one] of cases.entries()) taken[i].push(await timed(one, seconds));
  }
  return cases.map(({ name }, i) => figures(name, taken[i]));
}

async function timed(one, seconds) {
  const before = await ask(one.server);
  const done = await load(one, seconds);
  const after = await ask(one.server);
  const micros = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { ...done, cpuMicros: micros / done.requests };
}

function figures(name, rounds) {
  const of = (field) => rounds.map((round) => round[field]);
  const rates = of('rate');
  return {
    name,
    rate: median(rates),
    cpuMicros: median(of('cpuMicros')),
    p50: median(of('p50')),
    p99: median(of('p99')),
    unexpected: of('unexpected').reduce((sum, count) => sum + count, 0),
    noise: (Math.max(...rates) - Math.min(...rates)) / median(rates),
    rounds,
  };
}
