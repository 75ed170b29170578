import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.js';
import type { Refusal } from '../../api/types.js';

export type FirstUseSeen =
  | { readonly state: 'waiting' }
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

/** What became of a new key: asked once a second while the page is looked at. */
export function useFirstUse(id: string): FirstUseSeen {
  const [seen, setSeen] = useState<FirstUseSeen>({ state: 'waiting' });
  useEffect(() => {
    const abort = new AbortController();
    let [rounds, timer] = [0, 0];
    const ask = async (): Promise<void> => {
      rounds += 1;
      if (!document.hidden) {
        const next = await lookAt(id, abort.signal).catch(() => undefined);
        if (abort.signal.aborted) return;
        if (next) setSeen(next);
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

async function lookAt(id: string, signal: AbortSignal): Promise<FirstUseSeen> {
  const [{ lastUse: use }, refusals] = await Promise.all([
    call<{ lastUse: LastUse | null }>(`v1/keys/${id}/usage`, { signal }),
    call<{ items: Refusal[] }>(`v1/keys/${id}/refusals`, { signal }),
  ]);
  const [refusal] = refusals.items;
  // Whatever came last: a refusal that was mended is over.
  if (use && (!refusal || refusal.at <= use.at)) return { state: 'used', ...use };
  return refusal ? { state: 'refused', refusal } : { state: 'waiting' };
}
