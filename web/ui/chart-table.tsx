import { useTexts } from '../texts/texts.js';
import type { ChartProps } from './chart.js';

/** A chart's numbers, without the steps in which nothing was. */
export function ChartTable({ label, at, series }: Pick<ChartProps, 'label' | 'at' | 'series'>) {
  const { f } = useTexts();
  const rows = at.map((time, i) => ({ time, counts: series.map(({ values }) => values[i] ?? 0) }));
  return (
    <div class="unseen">
      <table>
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
    </div>
  );
}
