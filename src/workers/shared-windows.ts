import { LRUCache } from 'lru-cache';
import type { CountedWindow, WindowTotal } from './calls.js';

const MOST_WINDOWS = 100_000;
/** Different tokens remembered of a window; above that each one counts. */
const MOST_TOKENS = 10_000;

interface Window {
  total: number;
  readonly tokens: Set<string>;
  readonly endsAt: number;
}

/** What all workers together have counted in windows of time, in bounded memory; as Redis has it for several replicas. */
export class SharedWindows {
  private readonly windows = new LRUCache<string, Window>({ max: MOST_WINDOWS });

  /** @param now milliseconds since 1970 */
  add(
    { name, limit, lengthMs, hits, tokens }: CountedWindow,
    now: number,
  ): WindowTotal & { reached: boolean } {
    let window = this.windows.get(name);
    if (!window || window.endsAt <= now) {
      window = { total: 0, tokens: new Set(), endsAt: now + lengthMs };
      this.windows.set(name, window);
    }
    const before = window.total;
    // One that has reached its limit takes no more.
    if (before < limit) count(window, hits, tokens);
    const reached = before < limit && window.total >= limit;
    return { total: window.total, leftMs: window.endsAt - now, reached };
  }
}

function count(window: Window, hits: number, tokens: readonly string[]): void {
  window.total += hits;
  for (const token of tokens) {
    if (window.tokens.has(token)) continue;
    if (window.tokens.size < MOST_TOKENS) window.tokens.add(token);
    window.total += 1;
  }
}
