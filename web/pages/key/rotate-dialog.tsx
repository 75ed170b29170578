import { useMemo, useState } from 'preact/hooks';
import { randomId } from '../../api/random-id.js';
import type { CreatedKey } from '../../api/types.js';
import { useDeed } from '../../api/use-deed.js';
import { navigate } from '../../app/address.js';
import { keepFreshKey } from '../../app/fresh-key.js';
import { useTexts } from '../../texts/texts.js';
import { Decision, Dialog } from '../../ui/dialog.js';
import { Check, FieldGroup } from '../../ui/field.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import type { ActProps } from './key-act.js';
import { actOn } from './use-key.js';

const OVERLAPS = [0, 1, 24, 168] as const;
const HOUR_MS = 3_600_000;

/** Another key in the place of this one: how long the old one goes on, and then the new one, once. */
export function RotateDialog({ of: key, onClose }: ActProps) {
  const { t } = useTexts();
  const words = t.key.rotate;
  const [hours, setHours] = useState<number>(24);
  // The same for each try: a key that was made and whose answer got lost is not made twice.
  const attempt = useMemo(() => randomId(), [hours]);
  const { act, isBusy, problem } = useDeed(async () => {
    const headers = { 'Idempotency-Key': attempt };
    const created = await actOn<CreatedKey>(key.id, 'rotate', { overlapHours: hours }, headers);
    keepFreshKey({ created, purpose: '' });
    navigate(`/keys/${created.id}/once`, { replace: true });
  });
  const refusal = key.replacedBy ? words.already : key.state !== 'live' ? words.notLive : undefined;
  const foot = (
    <Decision yes={words.yes} isDisabled={isBusy || refusal !== undefined} onYes={act} onNo={onClose} />
  );
  return (
    <Dialog title={words.title(key.name || t.keys.unnamed)} onClose={onClose} foot={foot}>
      {refusal ? (
        <Notice tone="warn">
          <p>{refusal}</p>
        </Notice>
      ) : (
        <Overlap of={key} hours={hours} onHours={setHours} />
      )}
      {key.rights.lost.length > 0 && (
        <Notice tone="warn">
          <p>{words.lost(key.rights.lost)}</p>
        </Notice>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </Dialog>
  );
}

interface OverlapProps extends Pick<ActProps, 'of'> {
  readonly hours: number;
  readonly onHours: (hours: number) => void;
}

function Overlap({ of: key, hours, onHours }: OverlapProps) {
  const { t, f } = useTexts();
  const words = t.key.rotate;
  const until = (overlap: number): string => {
    if (overlap === 0) return words.atOnce;
    const end = Date.now() + overlap * HOUR_MS;
    const isEarlier = key.expiresAt !== null && Date.parse(key.expiresAt) <= end;
    return isEarlier ? words.endsFirst(f.moment(key.expiresAt!)) : words.until(f.moment(new Date(end)));
  };
  return (
    <>
      <p>{words.lead}</p>
      <FieldGroup legend={words.overlap} class="options">
        {OVERLAPS.map((overlap) => (
          <Check
            key={overlap}
            radio="overlap"
            checked={overlap === hours}
            hint={until(overlap)}
            onChecked={() => onHours(overlap)}
          >
            {words.hours[overlap]}
          </Check>
        ))}
      </FieldGroup>
    </>
  );
}
