// Interleaved rounds: whatever slows the machine for a while slows all cases alike.
import { load } from './load.mjs';
import { ask } from './servers.mjs';

/** Between two of the numbers where the place of this share is between them. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

export const median = (numbers) => quantile(numbers, 0.5);

/** The first second of each case is a warm-up. */
export async function inRounds(cases, rounds, seconds, what) {
  for (const one of cases) await load(one, 1);
  const taken = new Map(cases.map((one) => [one, []]));
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`${what}: round ${round} of ${rounds}\n`);
    // There and back, so that a machine that grows slower favours neither side of a ratio.
    const order = round % 2 === 1 ? cases : cases.toReversed();
    for (const one of order) taken.get(one).push(await timed(one, seconds));
  }
  return cases.map((one) => figures(one.name, taken.get(one)));
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
