import { useTexts } from '../texts/texts.js';
import type { ChartProps } from './chart.js';

interface TipProps extends Pick<ChartProps, 'at' | 'series' | 'step'> {
  readonly index: number;
}

/** The numbers of one step. */
export function ChartTip({ at, series, step, index }: TipProps) {
  const { f } = useTexts();
  const time = at[index]!;
  const isLate = index > at.length / 2;
  return (
    <div class={isLate ? 'chart-tip chart-tip-left' : 'chart-tip'} aria-live="polite">
      <strong>{step === 'day' ? f.day(time) : f.moment(time)}</strong>
      <ul>
        {series
          .filter(({ values }, i) => i === 0 || values[index])
          .map(({ name, colour, values }) => (
            <li key={name}>
              <span class="chart-key" style={{ background: `var(${colour})` }} />
              {name}
              <span class="chart-tip-number">{f.number(values[index] ?? 0)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}
