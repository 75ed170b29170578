import { useTexts } from '../../texts/texts.js';
import { Icon } from '../../ui/icons.js';
import { useFirstUse } from './use-first-use.js';

/** Waits for the key to be used, and says what came of it. */
export function FirstUse({ id }: { id: string }) {
  const { t } = useTexts();
  const seen = useFirstUse(id);
  const { first, refusals } = t;
  if (seen.state === 'waiting')
    return (
      <div class="first-use first-use-waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        <div>
          <strong>{first.waiting}</strong>
          <p>{first.waitingText}</p>
        </div>
      </div>
    );
  if (seen.state === 'used')
    return (
      <div class="first-use first-use-used" role="status">
        <Icon name="check" size={20} />
        <div>
          <strong>{first.used(seen.agent, seen.network)}</strong>
          <p>{first.usedText}</p>
        </div>
      </div>
    );
  const { code, agent, network, audience } = seen.refusal;
  const words = refusals[code] ?? refusals.OTHER!;
  return (
    <div class="first-use first-use-refused" role="status">
      <Icon name="alert" size={20} />
      <div>
        <strong>{first.refused(agent, network)}</strong>
        <p>
          {words.text(audience)} {words.remedy}
        </p>
      </div>
    </div>
  );
}
