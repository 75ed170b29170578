import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { useResource } from '../../api/resource.js';
import type { KeyRecord, OwnPolicy } from '../../api/types.js';
import { forgetDraft, keepDraft, readDraft } from '../../app/drafts.js';
import { useTexts } from '../../texts/texts.js';
import { wrongBy, wrongIn } from './edit-check.js';
import type { Wrong } from './edit-check.js';
import type { Draft } from './edit-draft.js';
import { changedFields, draftOf, editFrom } from './edit-draft.js';
import { changeKey, keyPath } from './use-key.js';

interface Kept {
  /** The key as it was when the typing began. */
  readonly base: KeyRecord;
  readonly draft: Draft;
}

export interface Editing {
  readonly base: KeyRecord;
  readonly draft: Draft;
  readonly set: (values: Partial<Draft>) => void;
  readonly changed: readonly (keyof Draft)[];
  readonly problem: Problem | undefined;
  /** What is wrong with a field. */
  readonly wrong: Wrong;
  readonly policy: OwnPolicy | undefined;
  /** It was typed before, in this tab. */
  readonly isRestored: boolean;
  readonly startOver: () => void;
  /** The key as somebody else has made it meanwhile. */
  readonly moved: KeyRecord | undefined;
  /** Goes on from there with what was typed. */
  readonly takeOver: () => void;
  readonly save: () => Promise<boolean>;
  readonly isBusy: boolean;
  readonly forget: () => void;
}

/** What is typed about a key, kept through reloads and the end of a session until it is saved or given up. */
export function useEdit(key: KeyRecord): Editing {
  const { t } = useTexts();
  const name = `edit-${key.id}`;
  const kept = useMemo(() => readDraft<Kept>(name) as Kept | undefined, [name]);
  const [{ base, draft }, setKept] = useState<Kept>(() => kept ?? { base: key, draft: draftOf(key) });
  const [isRestored, setRestored] = useState(kept !== undefined);
  const { data: policy } = useResource<OwnPolicy>('v1/policy');
  // While somebody types it is half of something most of the time.
  const [isLookedAt, setLookedAt] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [moved, setMoved] = useState<KeyRecord>();
  const [isBusy, setBusy] = useState(false);
  const changed = changedFields(draftOf(base), draft);
  useLayoutEffect(() => {
    // What was typed and taken back is nothing to come back to. At once: the next moment the page may be gone.
    if (changed.length) keepDraft(name, { base, draft });
    else forgetDraft(name);
  }, [base, draft]);
  const found = wrongIn(draftOf(base), draft, t, policy);
  const wrong = { ...(isLookedAt && found), ...wrongBy(problem, t) };
  const save = async (): Promise<boolean> => {
    setLookedAt(true);
    if (Object.keys(found).length) return false;
    setBusy(true);
    setProblem(undefined);
    try {
      await changeKey(base, editFrom(draftOf(base), draft));
      forgetDraft(name);
      return true;
    } catch (error) {
      const failed = error as Problem;
      if (failed.status === 412) setMoved(await call<KeyRecord>(keyPath(key.id)).catch(() => undefined));
      else setProblem(failed);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    ...{ base, draft, changed, problem, wrong, policy, moved, save, isBusy, isRestored },
    set: (values) => {
      setProblem(undefined);
      setKept((before) => ({ ...before, draft: { ...before.draft, ...values } }));
    },
    takeOver: () => {
      setKept(({ base: before, draft: typed }) => ({ base: moved!, draft: rebased(before, typed, moved!) }));
      setMoved(undefined);
    },
    startOver: () => {
      forgetDraft(name);
      setRestored(false);
      setLookedAt(false);
      setKept({ base: key, draft: draftOf(key) });
    },
    forget: () => forgetDraft(name),
  };
}

/** What was typed over what the key has become. */
function rebased(before: KeyRecord, typed: Draft, now: KeyRecord): Draft {
  const names = changedFields(draftOf(before), typed);
  return { ...draftOf(now), ...Object.fromEntries(names.map((name) => [name, typed[name]])) };
}
