import { useState } from 'preact/hooks';
import { useDeed } from '../../api/use-deed.js';
import { useTexts } from '../../texts/texts.js';
import { Decision, Dialog } from '../../ui/dialog.js';
import { reasonBody, ReasonField, WordField } from '../../ui/ending-fields.js';
import { ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import type { ActProps } from './key-act.js';
import { actOn, useLately } from './use-key.js';
import { UseSummary } from './use-summary.js';

const HOURS_SUMMED = 30 * 24;
const WEEK_MS = 7 * 86_400_000;

const isInUse = (lastUsedAt: string | null): boolean =>
  lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < WEEK_MS;

/** Says what a key's end would stop, and asks more of whoever ends one that is in use. */
export function RevokeDialog({ of: key, onClose }: ActProps) {
  const { t } = useTexts();
  const words = t.key.revoke;
  const say = useToast();
  const { data: usage } = useLately(key.id, HOURS_SUMMED);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const name = key.name || t.keys.unnamed;
  const mustType = isInUse(key.usage.lastUsedAt);
  const { act, isBusy, problem } = useDeed(async () => {
    await actOn(key.id, 'revoke', reasonBody(reason));
    say(words.done(name));
    onClose();
  });
  const isReady = !mustType || typed.trim() === name.trim();
  const foot = (
    <Decision danger yes={words.yes} form="revoke" isDisabled={isBusy || !isReady} onNo={onClose} />
  );
  return (
    <Dialog title={words.title(name)} onClose={onClose} foot={foot} mustDecide>
      <form id="revoke" class="dialog-form" onSubmit={act}>
        <p>{words.lead}</p>
        <UseSummary of={key} usage={usage} />
        <ReasonField words={words} value={reason} onText={setReason} />
        {mustType && (
          <WordField label={words.typeLabel} hint={words.type(name)} value={typed} onText={setTyped} />
        )}
        {problem && <ProblemNotice problem={problem} />}
      </form>
    </Dialog>
  );
}
