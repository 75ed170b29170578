import { useDeed } from '../../api/use-deed.js';
import { useTexts } from '../../texts/texts.js';
import { Confirm } from '../../ui/dialog.js';
import { ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import type { ActProps } from './key-act.js';
import { changeKey, useLately } from './use-key.js';
import { UseSummary } from './use-summary.js';

const HOURS_SUMMED = 30 * 24;

/** Switches a key off for the time being, saying what that stops. */
export function DisableDialog({ of: key, onClose }: ActProps) {
  const { t } = useTexts();
  const words = t.key.disable;
  const say = useToast();
  const { data: usage } = useLately(key.id, HOURS_SUMMED);
  const name = key.name || t.keys.unnamed;
  const { act, isBusy, problem } = useDeed(async () => {
    await changeKey(key, { enabled: false });
    say(t.keys.disabled(name));
    onClose();
  });
  return (
    <Confirm title={words.title(name)} yes={words.yes} isBusy={isBusy} onYes={act} onNo={onClose}>
      <p>{words.lead}</p>
      <UseSummary of={key} usage={usage} />
      {problem && <ProblemNotice problem={problem} />}
    </Confirm>
  );
}
