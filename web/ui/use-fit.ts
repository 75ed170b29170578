import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** Where all pages are laid out for phones (web/styles). */
const PHONE = '(max-width: 46rem)';
const isOnPhone = (): boolean => window.matchMedia(PHONE).matches;

/** Whether a table is wider than its place. How much it needs, only it can tell: that depends on names and language. */
export function useIsTooWide(table: RefObject<HTMLElement>): boolean {
  const [isPhone, setPhone] = useState(isOnPhone);
  /** The width that it did not get; 0: it fits. */
  const [needed, setNeeded] = useState(0);
  const measure = (): void => {
    const { offsetWidth, parentElement } = table.current!;
    const room = parentElement!.clientWidth;
    setPhone(isOnPhone());
    setNeeded((before) => {
      const needs = before || offsetWidth;
      return needs > room ? needs : 0;
    });
  };
  // Before it is seen, and whenever other rows came.
  useLayoutEffect(measure);
  useEffect(() => {
    const observer = new ResizeObserver(measure);
    observer.observe(table.current!.parentElement!);
    return () => observer.disconnect();
  }, []);
  return isPhone || needed > 0;
}
