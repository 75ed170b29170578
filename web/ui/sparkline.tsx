interface SparklineProps {
  /** Days or hours in their order. */
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /** The same in words, for whoever can't see it. */
  readonly words: string;
}

const [WIDTH, HEIGHT, GAP] = [120, 28, 1];

/** What became of uses over time, one bar each: the refused ones stand on top, in red. */
export function Sparkline({ accepted, refused, words }: SparklineProps) {
  const most = Math.max(1, ...accepted.map((count, i) => count + (refused[i] ?? 0)));
  const step = WIDTH / Math.max(1, accepted.length);
  // The square root keeps days of few uses visible beside days of very many.
  const heightOf = (count: number): number =>
    count === 0 ? 0 : Math.max(2, Math.sqrt(count / most) * HEIGHT);
  const bars = accepted.map((count, i) => {
    const all = heightOf(count + (refused[i] ?? 0));
    const red = refused[i] ? Math.max(2, all * (refused[i]! / (count + refused[i]!))) : 0;
    return { x: i * step, all, red };
  });
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <rect class="spark-base" x="0" y={HEIGHT - 1} width={WIDTH} height="1" />
      {bars.map(({ x, all, red }) => (
        <g key={x}>
          <rect class="spark-accepted" x={x} y={HEIGHT - all + red} width={step - GAP} height={all - red} />
          <rect class="spark-refused" x={x} y={HEIGHT - all} width={step - GAP} height={red} />
        </g>
      ))}
    </svg>
  );
}
