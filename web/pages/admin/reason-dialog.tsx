import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.js';
import { announceKeyChange } from '../../api/key-changes.js';
import { useDeed } from '../../api/use-deed.js';
import { useTexts } from '../../texts/texts.js';
import { Decision, Dialog } from '../../ui/dialog.js';
import { reasonBody, ReasonField, WordField } from '../../ui/ending-fields.js';
import { ProblemNotice } from '../../ui/notice.js';

interface ReasonDialogProps<Answer> {
  readonly title: string;
  readonly yes: string;
  /** Where it is posted to, with the reason. */
  readonly path: string;
  /** Who reads the reason, where that is not its owner. */
  readonly hint?: string;
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
  hint,
  word,
  children,
  onDone,
  onClose,
}: ReasonDialogProps<Answer>) {
  const { t } = useTexts();
  const words = t.admin.key;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const { act, isBusy, problem } = useDeed(async () => {
    const answer = await call<Answer>(path, { method: 'POST', body: reasonBody(reason) });
    announceKeyChange();
    onDone(answer);
  });
  const isReady = !word || typed.trim() === word.text;
  const foot = <Decision danger yes={yes} form="reason" isDisabled={isBusy || !isReady} onNo={onClose} />;
  return (
    <Dialog title={title} onClose={onClose} foot={foot} mustDecide>
      <form id="reason" class="dialog-form" onSubmit={act}>
        {children}
        <ReasonField
          words={{ ...words, reasonHint: hint ?? words.reasonHint }}
          value={reason}
          onText={setReason}
        />
        {word && <WordField label={word.label} value={typed} onText={setTyped} />}
        {problem && <ProblemNotice problem={problem} />}
      </form>
    </Dialog>
  );
}
