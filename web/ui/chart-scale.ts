/** Each sum of a step, from the ground up. */
export const sumsOf = (series: readonly { readonly values: readonly number[] }[], steps: number): number[] =>
  Array.from({ length: steps }, (_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));

const MOST_TICKS = 4;

/** Round numbers from 0 to `most` or a little over. */
export function ticksTo(most: number): number[] {
  const rough = Math.max(1, most / MOST_TICKS);
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * size).find((one) => one >= rough)!;
  const number = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: number + 1 }, (_, i) => i * step);
}

/** Which steps are named below the chart: as many as fit, evenly, the last one among them. */
export function namedSteps(steps: number, width: number): number[] {
  const every = Math.max(1, Math.ceil(steps / Math.max(2, Math.floor(width / 84))));
  const named = Array.from({ length: Math.ceil(steps / every) }, (_, i) => steps - 1 - i * every);
  return named.reverse();
}
