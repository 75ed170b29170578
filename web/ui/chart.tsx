import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Bars } from './chart-bars.js';
import { ChartTable } from './chart-table.js';
import { ChartTip } from './chart-tip.js';

export interface ChartSeries {
  readonly name: string;
  /** A colour of the design, such as `--good-mark`. */
  readonly colour: `--${string}`;
  readonly values: readonly number[];
}

export interface ChartProps {
  readonly label: string;
  /** ISO 8601, the beginning of each step. */
  readonly at: readonly string[];
  /** Drawn from the ground up, each on the one before. */
  readonly series: readonly ChartSeries[];
  readonly step: 'hour' | 'day';
  readonly height?: number;
}

/** Stacked bars over time; the pointer and the arrow keys tell each one's numbers, a table tells whoever can't see them. */
export function Chart({ label, at, series, step, height = 220 }: ChartProps) {
  const { t } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [shown, setShown] = useState<number>();
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = shown ?? at.length;
    const next = { ArrowLeft: from - 1, ArrowRight: (shown ?? -1) + 1, Home: 0, End: at.length - 1 }[
      event.key
    ];
    if (event.key === 'Escape' && shown !== undefined) setShown(undefined);
    else if (next !== undefined) setShown(Math.max(0, Math.min(at.length - 1, next)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <figure class="chart">
      <ul class="chart-legend" aria-hidden="true">
        {series.map(({ name, colour }) => (
          <li key={name}>
            <span class="chart-key" style={{ background: `var(${colour})` }} />
            {name}
          </li>
        ))}
      </ul>
      <div
        class="chart-box"
        ref={box}
        role="img"
        aria-label={`${label}. ${t.common.chartKeys}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setShown(undefined)}
        onPointerLeave={() => setShown(undefined)}
      >
        {width > 0 && (
          <Bars
            at={at}
            series={series}
            step={step}
            width={width}
            height={height}
            shown={shown}
            onShow={setShown}
          />
        )}
        {shown !== undefined && <ChartTip at={at} series={series} step={step} index={shown} />}
      </div>
      <ChartTable label={label} at={at} series={series} />
    </figure>
  );
}

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const resize = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)));
    resize.observe(box.current!);
    return () => resize.disconnect();
  }, []);
  return width;
}
