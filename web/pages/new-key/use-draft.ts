import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { useMe } from '../../app/session.js';
import { forgetDraft, keepDraft, readDraft } from '../../app/drafts.js';
import type { KeyRecord, OwnPolicy, Service } from '../../api/types.js';
import { draftFromKey, draftFromLink } from './draft.js';
import type { Draft } from './draft.js';
import { begun, changed } from './reach.js';

export interface Drafting {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** It stood there before, in this tab. */
  readonly isRestored: boolean;
  readonly startOver: () => void;
  readonly forget: () => void;
}

interface Known {
  readonly policy: OwnPolicy;
  readonly services: readonly Service[];
  /** To be made once more. */
  readonly like: KeyRecord | undefined;
}

/** What is typed, kept with every change. @param query of the address, which says what to begin with */
export function useDraft(query: string, { policy, services, like }: Known): Drafting {
  const name = `new-key:${useMe().id}:${query}`;
  const begin = (): Draft =>
    like ? draftFromKey(like, query, policy) : begun(draftFromLink(query, policy), services);
  const kept = useMemo(() => readDraft<Draft>(name), [name]);
  const [draft, setDraft] = useState<Draft>(() => ({ ...begin(), ...kept }));
  const [isRestored, setRestored] = useState(kept !== undefined);
  const [isTouched, setTouched] = useState(false);
  // At once: the next moment the page may be gone.
  useLayoutEffect(() => {
    if (isTouched) keepDraft(name, draft);
  }, [name, draft, isTouched]);
  const change = (part: Partial<Draft>): void => {
    setTouched(true);
    setDraft((before) => changed(before, part, services));
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
