import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartSeries } from './chart.js';

interface Drawing {
  readonly at: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly height: number;
  readonly number: (value: number) => string;
}

export function drawChart(box: HTMLElement, { at, series, height, number }: Drawing): uPlot {
  const style = window.getComputedStyle(box);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const sums = stacked(series.map(({ values }) => values));
  const bars = uPlot.paths.bars!({ size: [0.7, 40], radius: 0.1 });
  const axis = { stroke: colour('--text-3'), font: '12px system-ui, sans-serif', ticks: { show: false } };
  const options: uPlot.Options = {
    ...{ width: box.clientWidth, height, legend: { show: false } },
    cursor: { points: { show: false }, drag: { x: false, y: false } },
    axes: [
      { ...axis, grid: { show: false } },
      {
        ...axis,
        size: 44,
        grid: { stroke: colour('--line'), width: 1 },
        values: (_, ticks) => ticks.map(number),
      },
    ],
    scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] } },
    // The tallest sum is drawn first, so that each lower one covers its part.
    series: [
      {},
      ...[...series].reverse().map((one) => ({
        ...{ label: one.name, fill: colour(one.colour), stroke: colour(one.colour), width: 0 },
        ...{ paths: bars, points: { show: false } },
      })),
    ],
  };
  const seconds = at.map((time) => Date.parse(time) / 1000);
  return new uPlot(options, [seconds, ...sums.reverse()], box);
}

/** Each with all before it. */
export function stacked(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row, i) =>
    row.map((_, at) => rows.slice(0, i + 1).reduce((sum, one) => sum + (one[at] ?? 0), 0)),
  );
}
