import { useMemo } from 'preact/hooks';
import { refusalOf } from '../texts/refusals.js';
import { useTexts } from '../texts/texts.js';
import type { Texts } from '../texts/texts.js';
import { Chart } from './chart.js';
import type { ChartSeries } from './chart.js';
import { Icon } from './icons.js';

interface Point {
  readonly at: string;
  readonly accepted: number;
  readonly refused: number;
  readonly refusedBy: Readonly<Record<string, number>>;
}

interface UseChartProps {
  readonly points: readonly Point[];
  readonly totals: { readonly accepted: number; readonly refused: number };
  readonly step: 'hour' | 'day';
  readonly zone: string;
}

const COLOURS = ['--chart-2', '--chart-3', '--chart-4', '--chart-5'] as const;

/** Accepted below, above it what was refused, by reason: the most frequent ones by name, the others together. */
export function stackOf(points: readonly Point[], { key, refusals }: Texts): ChartSeries[] {
  const sums = new Map<string, number>();
  for (const { refusedBy } of points)
    for (const [code, count] of Object.entries(refusedBy)) sums.set(code, (sums.get(code) ?? 0) + count);
  const codes = [...sums].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const named = codes.slice(0, codes.length > COLOURS.length ? COLOURS.length - 1 : COLOURS.length);
  const others = codes.slice(named.length);
  const counted = (wanted: readonly string[]): number[] =>
    points.map(({ refusedBy }) => wanted.reduce((sum, code) => sum + (refusedBy[code] ?? 0), 0));
  return [
    { name: key.use.accepted, colour: '--chart-1', values: points.map(({ accepted }) => accepted) },
    ...named.map((code, i) => ({
      name: refusalOf(code, refusals).title,
      colour: COLOURS[i]!,
      values: counted([code]),
    })),
    ...(others.length
      ? [{ name: key.use.others, colour: COLOURS[COLOURS.length - 1]!, values: counted(others) }]
      : []),
  ];
}

/** Uses over time, with their sums. */
export function UseChart({ points, totals, step, zone }: UseChartProps) {
  const { t, f } = useTexts();
  const { use: words } = t.key;
  const series = useMemo(() => stackOf(points, t), [points, t]);
  const at = useMemo(() => points.map((point) => point.at), [points]);
  if (totals.accepted + totals.refused === 0)
    return (
      <div class="use-none">
        <Icon name="clock" size={22} />
        <p>
          <strong>{words.none}</strong>
        </p>
        <p class="faint">{words.noneText}</p>
      </div>
    );
  return (
    <section class="use-chart" aria-label={words.title}>
      <dl class="totals">
        <div>
          <dt>{words.accepted}</dt>
          <dd>{f.number(totals.accepted)}</dd>
        </div>
        <div class={totals.refused ? 'totals-bad' : ''}>
          <dt>{words.refused}</dt>
          <dd>{f.number(totals.refused)}</dd>
        </div>
      </dl>
      <Chart label={words.title} at={at} series={series} step={step} />
      <p class="section-note">{words.zone(zone)}</p>
    </section>
  );
}
