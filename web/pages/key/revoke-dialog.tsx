import { useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, TextInput } from '../../ui/field.js';
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
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const name = key.name || t.keys.unnamed;
  const mustType = isInUse(key.usage.lastUsedAt);
  const revoke = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await actOn(key.id, 'revoke', reason.trim() ? { reason: reason.trim() } : {});
      say(words.done(name));
      onClose();
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button autofocus onClick={onClose}>
        {t.common.cancel}
      </Button>
      <Button
        look="danger"
        type="submit"
        form="revoke"
        disabled={isBusy || (mustType && typed.trim() !== name.trim())}
      >
        {words.yes}
      </Button>
    </>
  );
  return (
    <Dialog title={words.title(name)} onClose={onClose} foot={foot} mustDecide>
      <form id="revoke" class="dialog-form" onSubmit={(event) => void revoke(event)}>
        <p>{words.lead}</p>
        <UseSummary of={key} usage={usage} />
        <Field label={words.reason} optional hint={words.reasonHint}>
          {(tied) => <TextInput {...tied} maxLength={255} value={reason} onText={setReason} />}
        </Field>
        {mustType && (
          <Field label={words.typeLabel} hint={words.type(name)}>
            {(tied) => (
              <TextInput {...tied} autocomplete="off" spellcheck={false} value={typed} onText={setTyped} />
            )}
          </Field>
        )}
        {problem && <ProblemNotice problem={problem} />}
      </form>
    </Dialog>
  );
}
