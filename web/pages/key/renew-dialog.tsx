import { useState } from 'preact/hooks';
import { useDeed } from '../../api/use-deed.js';
import { useTexts } from '../../texts/texts.js';
import { Decision, Dialog } from '../../ui/dialog.js';
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
  const name = key.name || t.keys.unnamed;
  const { act, isBusy, problem } = useDeed(async () => {
    await actOn(key.id, 'renew', { ttlHours: Number(term) });
    say(words.done(name));
    onClose();
  });
  const foot = <Decision yes={words.yes} isDisabled={isBusy} onYes={act} onNo={onClose} />;
  const until = (hours: Term): string => f.end(new Date(Date.now() + Number(hours) * 3_600_000));
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
