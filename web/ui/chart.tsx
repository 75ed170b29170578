import type uPlot from 'uplot';
import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';

export interface ChartSeries {
  readonly name: string;
  /** A colour of the design, such as `--good`. */
  readonly colour: `--${string}`;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly label: string;
  /** ISO 8601, the beginning of each step. */
  readonly at: readonly string[];
  /** Drawn from the ground up, each on the one before. */
  readonly series: readonly ChartSeries[];
  readonly height?: number;
}

/** Stacked bars over time; the same as a table for whoever can't see them. */
export function Chart({ label, at, series, height = 220 }: ChartProps) {
  const { f } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let [plot, isGone]: [uPlot | undefined, boolean] = [undefined, false];
    const resize = new ResizeObserver(([entry]) =>
      plot?.setSize({ width: entry!.contentRect.width, height }),
    );
    // Only pages with a chart need what draws it.
    void import('./draw-chart.js').then(({ drawChart }) => {
      if (isGone || !box.current) return;
      plot = drawChart(box.current, { at, series, height, number: f.number });
      resize.observe(box.current);
    });
    return () => {
      isGone = true;
      resize.disconnect();
      plot?.destroy();
    };
  }, [at, series, height, f]);
  return (
    <figure class="chart" aria-label={label}>
      <ul class="chart-legend" aria-hidden="true">
        {series.map(({ name, colour }) => (
          <li key={name}>
            <span class="chart-key" style={{ background: `var(${colour})` }} />
            {name}
          </li>
        ))}
      </ul>
      <div ref={box} aria-hidden="true" />
      <ChartTable label={label} at={at} series={series} />
    </figure>
  );
}

function ChartTable({ label, at, series }: Omit<ChartProps, 'height'>) {
  const { f } = useTexts();
  const rows = at.map((time, i) => ({ time, counts: series.map(({ values }) => values[i] ?? 0) }));
  return (
    <table class="unseen">
      <caption>{label}</caption>
      <tbody>
        {rows
          .filter(({ counts }) => counts.some((count) => count > 0))
          .map(({ time, counts }) => (
            <tr key={time}>
              <th scope="row">{f.exact(time)}</th>
              {counts.map((count, i) => (
                <td key={series[i]!.name}>{`${series[i]!.name}: ${f.number(count)}`}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
