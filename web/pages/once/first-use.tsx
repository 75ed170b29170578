import { queryOf } from '../../api/call.js';
import type { Refusal } from '../../api/types.js';
import { refusalOf } from '../../texts/refusals.js';
import { useTexts } from '../../texts/texts.js';
import { ButtonLink } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import { useFirstUse } from './use-first-use.js';

/** Waits for the key to be used, and says what came of it. */
export function FirstUse({ id, purpose }: { id: string; purpose: string }) {
  const { t } = useTexts();
  const seen = useFirstUse(id);
  const { first } = t;
  if (seen.state === 'waiting')
    return (
      <div class="first-use first-use-waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        <div>
          <strong>{first.waiting}</strong>
          <p>{first.waitingText}</p>
          {seen.isLong && <p>{first.waitingLong}</p>}
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
  return <Refused of={seen.refusal} {...{ id, purpose }} />;
}

/** What was wrong, and the way to where it is mended. */
function Refused({ of, id, purpose }: { of: Refusal; id: string; purpose: string }) {
  const { t } = useTexts();
  const { first } = t;
  const { code, agent, network, audience, requirement } = of;
  const words = refusalOf(code, t.refusals);
  return (
    <div class="first-use first-use-refused" role="status">
      <Icon name="alert" size={20} />
      <div class="first-use-text">
        <strong>{first.refused(agent, network)}</strong>
        <p>
          {words.text(audience, requirement)} {words.remedy}
        </p>
      </div>
      {MENDED_BY_EDITING.includes(code) && (
        <ButtonLink small to={`/keys/${id}?edit=1`}>
          {first.edit}
        </ButtonLink>
      )}
      {MENDED_BY_ANOTHER.includes(code) && (
        <ButtonLink small to={`/new${queryOf({ from: id, for: purpose, audience: audience ?? '' })}`}>
          {first.another}
        </ButtonLink>
      )}
    </div>
  );
}

const MENDED_BY_EDITING: readonly string[] = [
  ...['URL_NOT_ALLOWED', 'CONTEXT_REQUIRED', 'IP_NOT_ALLOWED', 'REFERER_NOT_ALLOWED'],
  ...['METHOD_NOT_ALLOWED', 'RATE_LIMITED'],
];
/** A key that is out may never do more: only its end and limits change. */
const MENDED_BY_ANOTHER: readonly string[] = ['AUDIENCE_NOT_ALLOWED', 'INSUFFICIENT_RIGHTS'];
