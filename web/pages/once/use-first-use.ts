import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.js';
import type { Refusal } from '../../api/types.js';

export type FirstUseSeen =
  | { readonly state: 'waiting'; readonly isLong: boolean }
  | { readonly state: 'used'; readonly agent: string | null; readonly network: string | null }
  | { readonly state: 'refused'; readonly refusal: Refusal };

interface LastUse {
  readonly at: string;
  readonly network: string | null;
  readonly agent: string | null;
}

const OFTEN_MS = 1000;
const SELDOM_MS = 10_000;
/** Asked every second, then seldom. */
const OFTEN_ROUNDS = 600;
/** After so many somebody who pasted it wonders. */
const LONG_ROUNDS = 30;

/** What became of a new key: asked once a second while the page is looked at. */
export function useFirstUse(id: string): FirstUseSeen {
  const [seen, setSeen] = useState<FirstUseSeen>({ state: 'waiting', isLong: false });
  useEffect(() => {
    const abort = new AbortController();
    let [rounds, timer] = [0, 0];
    const ask = async (): Promise<void> => {
      rounds += 1;
      if (!document.hidden) {
        const next = await lookAt(id, abort.signal).catch(() => undefined);
        if (abort.signal.aborted) return;
        setSeen((before) => next ?? (before.state === 'waiting' ? waiting(rounds) : before));
      }
      timer = window.setTimeout(() => void ask(), rounds < OFTEN_ROUNDS ? OFTEN_MS : SELDOM_MS);
    };
    void ask();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [id]);
  return seen;
}

const waiting = (rounds: number): FirstUseSeen => ({ state: 'waiting', isLong: rounds > LONG_ROUNDS });

/** undefined: nothing came yet. */
async function lookAt(id: string, signal: AbortSignal): Promise<FirstUseSeen | undefined> {
  const [{ lastUse: use }, refusals] = await Promise.all([
    call<{ lastUse: LastUse | null }>(`v1/keys/${id}/usage`, { signal }),
    call<{ items: Refusal[] }>(`v1/keys/${id}/refusals`, { signal }),
  ]);
  const [refusal] = refusals.items;
  // Whatever came last: a refusal that was mended is over.
  if (use && (!refusal || refusal.at <= use.at)) return { state: 'used', ...use };
  return refusal && { state: 'refused', refusal };
}
