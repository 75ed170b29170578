import { useEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { call, Problem } from '../../api/call.js';
import { randomId } from '../../api/random-id.js';
import type { CreatedKey, OwnPolicy } from '../../api/types.js';
import { navigate } from '../../app/address.js';
import { keepFreshKey } from '../../app/fresh-key.js';
import { useTexts } from '../../texts/texts.js';
import { errorsIn, errorsOf, FIELDS } from './check.js';
import type { Errors } from './check.js';
import { wantedKey } from './draft.js';
import type { Drafting } from './use-draft.js';

interface Making {
  readonly errors: Errors;
  readonly isBusy: boolean;
  readonly make: () => Promise<void>;
}

/** Sends what is asked for, and leads to the page that shows the key; what is wrong stands at its field. */
export function useMaking(
  { draft, forget }: Drafting,
  policy: OwnPolicy,
  form: RefObject<HTMLFormElement>,
): Making {
  const { t } = useTexts();
  const [errors, setErrors] = useState<Errors>({});
  const [isBusy, setBusy] = useState(false);
  const request = useRef({ text: '', id: '' });
  useEffect(() => {
    const wrong = FIELDS.filter((name) => errors[name] !== undefined);
    const fields = wrong.map((name) => form.current!.querySelector<HTMLElement>(`[data-field="${name}"]`));
    fields.forEach((field) => field?.closest('details')?.setAttribute('open', ''));
    focusOn(fields[0]);
  }, [errors]);
  const make = async (): Promise<void> => {
    const found = errorsIn(draft, policy, t.newKey);
    setErrors(found);
    if (Object.keys(found).length) return;
    setBusy(true);
    const body = wantedKey(draft);
    const text = JSON.stringify(body);
    // The same wish once more, say after a lost answer, is never a second key.
    if (request.current.text !== text) request.current = { text, id: randomId() };
    try {
      const headers = { 'Idempotency-Key': request.current.id };
      const created = await call<CreatedKey>('v1/keys', { method: 'POST', body, headers });
      forget();
      keepFreshKey({ created, purpose: draft.purpose });
      navigate(`/keys/${created.id}/once`, { replace: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setErrors(errorsOf(error, t));
      setBusy(false);
    }
  };
  return { errors, isBusy, make };
}

function focusOn(field: HTMLElement | null | undefined): void {
  const isInput = field?.matches('input, textarea');
  (isInput ? field : field?.querySelector<HTMLElement>('input:checked, input'))?.focus();
  field?.scrollIntoView({ block: 'center' });
}
