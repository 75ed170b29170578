import { useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Select } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import type { ActProps } from './key-act.js';
import { actOn } from './use-key.js';

const TERMS = ['24', '168', '720', '2160', '8760'] as const;
type Term = (typeof TERMS)[number];

/** Brings a key back that has ended, or that its owner has revoked, until a new end. */
export function RenewDialog({ of: key, onClose }: ActProps) {
  const { t, f } = useTexts();
  const words = t.key.renew;
  const say = useToast();
  const [term, setTerm] = useState<Term>('720');
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const name = key.name || t.keys.unnamed;
  const renew = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await actOn(key.id, 'renew', { ttlHours: Number(term) });
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
      <Button look="primary" disabled={isBusy} onClick={() => void renew()}>
        {words.yes}
      </Button>
    </>
  );
  const until = (hours: Term): string => f.day(new Date(Date.now() + Number(hours) * 3_600_000));
  return (
    <Dialog title={words.title(name)} onClose={onClose} foot={foot}>
      <p>{words.lead}</p>
      <Field label={words.end}>
        {(tied) => (
          <Select<Term>
            {...tied}
            value={term}
            options={TERMS.map((hours) => [hours, `${until(hours)} (${f.duration(Number(hours))})`] as const)}
            onValue={setTerm}
          />
        )}
      </Field>
      {problem && <ProblemNotice problem={problem} />}
    </Dialog>
  );
}
