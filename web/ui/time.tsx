import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';

interface TimeProps {
  readonly at: string;
  /** The instant instead, to the second. */
  readonly absolute?: boolean;
}

/** How far away an instant is; exactly, with its zone, where the pointer rests. */
export function Time({ at, absolute = false }: TimeProps) {
  const { f } = useTexts();
  useMinutes();
  return (
    <time dateTime={at} title={f.exact(at)}>
      {absolute ? f.instant(at) : f.relative(at)}
    </time>
  );
}

/** Draws anew every half minute, so that no "now" grows old. */
function useMinutes(): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTick((tick) => tick + 1), 30_000);
    return () => window.clearInterval(timer);
  }, []);
}
