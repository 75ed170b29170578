import { useEffect, useMemo, useState } from 'preact/hooks';
import { useMe } from '../../app/session.js';
import { forgetDraft, keepDraft, readDraft } from '../../app/drafts.js';
import type { KeyRecord, OwnPolicy } from '../../api/types.js';
import { draftFromKey, draftFromLink } from './draft.js';
import type { Draft } from './draft.js';

export interface Drafting {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** It stood there before, in this tab. */
  readonly isRestored: boolean;
  readonly startOver: () => void;
  readonly forget: () => void;
}

/** What is typed, kept with every change. @param query of the address, which says what to begin with */
export function useDraft(query: string, policy: OwnPolicy, like: KeyRecord | undefined): Drafting {
  const name = `new-key:${useMe().id}:${query}`;
  const begin = (): Draft => (like ? draftFromKey(like, query, policy) : draftFromLink(query, policy));
  const kept = useMemo(() => readDraft<Draft>(name), [name]);
  const [draft, setDraft] = useState<Draft>(() => ({ ...begin(), ...kept }));
  const [isRestored, setRestored] = useState(kept !== undefined);
  const [isTouched, setTouched] = useState(false);
  useEffect(() => {
    if (isTouched) keepDraft(name, draft);
  }, [name, draft, isTouched]);
  const change = (part: Partial<Draft>): void => {
    setTouched(true);
    setDraft((before) => ({ ...before, ...part }));
  };
  const forget = (): void => forgetDraft(name);
  const startOver = (): void => {
    forget();
    setRestored(false);
    setTouched(false);
    setDraft(begin());
  };
  return { draft, change, isRestored, startOver, forget };
}
