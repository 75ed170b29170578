import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import type { KeyRecord } from '../../api/types.js';
import { forgetDraft, keepDraft, readDraft } from '../../app/drafts.js';
import { useTexts } from '../../texts/texts.js';
import type { Draft } from './edit-draft.js';
import { changedFields, configIn, draftOf, editFrom } from './edit-draft.js';
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
  readonly wrong: Partial<Record<keyof Draft, string>>;
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
  const [{ base, draft }, setKept] = useState<Kept>(
    () => (readDraft<Kept>(name) as Kept | undefined) ?? { base: key, draft: draftOf(key) },
  );
  const [problem, setProblem] = useState<Problem>();
  const [moved, setMoved] = useState<KeyRecord>();
  const [isBusy, setBusy] = useState(false);
  const changed = changedFields(draftOf(base), draft);
  useEffect(() => {
    if (changed.length) keepDraft(name, { base, draft });
  }, [base, draft]);
  const wrong = { ...wrongIn(draft, t.key.edit), ...fieldOf(problem) };
  const save = async (): Promise<boolean> => {
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
    ...{ base, draft, changed, problem, wrong, moved, save, isBusy },
    set: (values) => {
      setProblem(undefined);
      setKept((before) => ({ ...before, draft: { ...before.draft, ...values } }));
    },
    takeOver: () => {
      setKept(({ base: before, draft: typed }) => ({ base: moved!, draft: rebased(before, typed, moved!) }));
      setMoved(undefined);
    },
    forget: () => forgetDraft(name),
  };
}

/** What was typed over what the key has become. */
function rebased(before: KeyRecord, typed: Draft, now: KeyRecord): Draft {
  const names = changedFields(draftOf(before), typed);
  return { ...draftOf(now), ...Object.fromEntries(names.map((name) => [name, typed[name]])) };
}

type Wrong = Editing['wrong'];

function wrongIn(
  { config, roles, audiences }: Draft,
  words: { configWrong: string; needsOne: string },
): Wrong {
  return {
    ...(!isConfig(config) && { config: words.configWrong }),
    ...(roles?.length === 0 && { roles: words.needsOne }),
    ...(audiences?.length === 0 && { audiences: words.needsOne }),
  };
}

function isConfig(text: string): boolean {
  try {
    configIn(text);
    return true;
  } catch {
    return false;
  }
}

const OF_ENDS = ['ALREADY_OVER', 'LIFETIME_TOO_LONG', 'NEVER_EXPIRES_NOT_ALLOWED'];
const NAMED =
  /\b(name|description|roles|audiences|scopes|allowedIps|allowedReferers|allowedMethods|rateLimit|config)\b/;

/** The server's sentence at the field that it is about. */
function fieldOf(problem: Problem | undefined): Wrong {
  if (!problem || (problem.status !== 400 && problem.status !== 413)) return {};
  const [, named] = NAMED.exec(problem.detail) ?? [];
  const field = OF_ENDS.includes(problem.code) ? 'ends' : named;
  return field ? { [field]: problem.detail } : {};
}
