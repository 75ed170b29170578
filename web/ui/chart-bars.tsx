import { useTexts } from '../texts/texts.js';
import type { ChartProps } from './chart.js';
import { namedSteps, sumsOf, ticksTo } from './chart-scale.js';

interface BarsProps extends Pick<ChartProps, 'at' | 'series' | 'step'> {
  readonly width: number;
  readonly height: number;
  /** The step whose numbers are told. */
  readonly shown: number | undefined;
  readonly onShow: (index: number) => void;
}

const [LEFT, TOP, BOTTOM, RIGHT] = [40, 8, 24, 8];
/** Up to so many steps an hour is told as such; more are told by their day. */
const FEW_HOURS = 48;

export function Bars({ at, series, step, width, height, shown, onShow }: BarsProps) {
  const { f } = useTexts();
  const ticks = ticksTo(Math.max(...sumsOf(series, at.length)));
  const room = height - TOP - BOTTOM;
  const y = (value: number): number => TOP + room * (1 - value / ticks.at(-1)!);
  const slot = (width - LEFT - RIGHT) / at.length;
  const name = step === 'hour' && at.length <= FEW_HOURS ? f.hour : f.axisDay;
  return (
    <svg width={width} height={height} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="chart-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text class="chart-text" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {f.short(tick)}
          </text>
        </g>
      ))}
      {namedSteps(at.length, width - LEFT).map((i) => (
        <text
          key={i}
          class="chart-text"
          x={Math.max(LEFT + 14, Math.min(width - 22, LEFT + slot * (i + 0.5)))}
          y={height - 6}
          text-anchor="middle"
        >
          {name(at[i]!)}
        </text>
      ))}
      {at.map((time, i) => (
        <g
          key={time}
          class={shown === undefined || shown === i ? 'chart-step' : 'chart-step chart-step-faint'}
        >
          <Stack series={series} at={i} x={LEFT + slot * i} slot={slot} y={y} />
          <rect
            class="chart-catch"
            x={LEFT + slot * i}
            y={TOP}
            width={slot}
            height={room}
            onPointerEnter={() => onShow(i)}
          />
        </g>
      ))}
    </svg>
  );
}

interface StackProps {
  readonly series: ChartProps['series'];
  readonly at: number;
  readonly x: number;
  readonly slot: number;
  readonly y: (value: number) => number;
}

/** One on the other; what is there at all is to be seen, however little beside the rest. */
function Stack({ series, at, x, slot, y }: StackProps) {
  const gap = slot > 5 ? slot * 0.24 : slot > 2 ? 0.8 : 0;
  const bar = { x: x + gap / 2, width: Math.min(40, slot - gap) };
  const left = bar.x + (slot - gap - bar.width) / 2;
  let below = 0;
  let top = y(0);
  return (
    <>
      {series.map(({ name, colour, values }) => {
        const value = values[at] ?? 0;
        if (value === 0) return null;
        below += value;
        const next = Math.min(y(below), top - 1.5);
        const part = { y: next, height: top - next };
        top = next;
        return (
          <rect
            key={name}
            x={left}
            width={bar.width}
            rx={slot > 8 ? 1.5 : 0}
            {...part}
            style={{ fill: `var(${colour})` }}
          />
        );
      })}
    </>
  );
}
