// The headline ratios: CPU a request of one side and of the other in each round, and of those ratios the middle one.
// What slows the machine for a second or more slows both sides of a round, and falls out of its ratio.
import * as c from './cases.mjs';
import { median, quantile } from './rounds.mjs';

/** Without a least it is told and not judged. */
export const PAIRS = [
  { of: c.HEADER, to: c.BARE_NODE, least: 0.88, sameBytes: true },
  { of: c.BESIDE, to: c.BARE_BESIDE, least: 0.97, sameBytes: true },
  { of: c.BAD_CHECKSUM, to: c.BARE_403, least: 0.85, sameBytes: true },
  { of: c.KNOWN_BAD, to: c.BARE_403, least: 0.85, sameBytes: true },
  { of: c.BLOCKED, to: c.BARE_429, least: 0.85, sameBytes: true },
  { of: c.NEST_ROUTE, to: c.BARE_NEST, least: 0.8 },
  ...c.CARRIERS.map((of) => ({ of, to: c.HEADER, least: 0.85 })),
  ...c.FORWARD_AUTH.map((of) => ({ of, to: c.HEADER, least: 0.8 })),
  { of: c.BARE_AMONG_MODULES, to: c.BARE_NODE, sameBytes: true },
  { of: c.THIS_BUILD, to: c.THAT_BUILD },
  { of: c.ADDRESSES, to: c.HEADER },
  { of: c.HEADER, to: c.BETTER_AUTH },
];

/** Those of them whose two sides are there. */
export const pairsAmong = (cases) =>
  PAIRS.filter(({ of, to }) => [of, to].every((name) => cases.some((one) => one.name === name)));

export const ratiosOf = (measured) => pairsAmong(measured).map((pair) => ratioOf(pair, measured));

function ratioOf({ of, to, least }, measured) {
  const [one, base] = [of, to].map((name) => measured.find((figures) => figures.name === name));
  const cpus = one.rounds.map((round, i) => base.rounds[i].cpuMicros / round.cpuMicros);
  const rates = one.rounds.map((round, i) => round.rate / base.rounds[i].rate);
  const cpu = median(cpus);
  return {
    what: `${of} ÷ ${to}`,
    cpu,
    quartiles: [quantile(cpus, 0.25), quantile(cpus, 0.75)],
    rate: median(rates),
    least,
    met: least === undefined ? null : cpu >= least,
  };
}
