import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { announceKeyChange } from '../../api/key-changes.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, TextInput } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/notice.js';

interface ReasonDialogProps<Answer> {
  readonly title: string;
  readonly yes: string;
  /** Where it is posted to, with the reason. */
  readonly path: string;
  /** Has to be typed before. */
  readonly word?: { readonly label: string; readonly text: string };
  readonly children: ComponentChildren;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}

/** Asks an administrator for a reason before something of somebody's is ended. */
export function ReasonDialog<Answer>({
  title,
  yes,
  path,
  word,
  children,
  onDone,
  onClose,
}: ReasonDialogProps<Answer>) {
  const { t } = useTexts();
  const words = t.admin.key;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const body = reason.trim() ? { reason: reason.trim() } : {};
      const answer = await call<Answer>(path, { method: 'POST', body });
      announceKeyChange();
      onDone(answer);
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };
  const isReady = !word || typed.trim() === word.text;
  const foot = (
    <>
      <Button autofocus onClick={onClose}>
        {t.common.cancel}
      </Button>
      <Button look="danger" type="submit" form="reason" disabled={isBusy || !isReady}>
        {yes}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} foot={foot} mustDecide>
      <form id="reason" class="dialog-form" onSubmit={(event) => void submit(event)}>
        {children}
        <Field label={words.reason} optional hint={words.reasonHint}>
          {(tied) => <TextInput {...tied} maxLength={255} value={reason} onText={setReason} />}
        </Field>
        {word && (
          <Field label={word.label}>
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
