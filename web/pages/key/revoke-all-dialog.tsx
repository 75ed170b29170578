import { useMemo, useState } from 'preact/hooks';
import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import { announceKeyChange } from '../../api/key-changes.js';
import { useResource } from '../../api/resource.js';
import type { KeyList } from '../../api/types.js';
import { goBack } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, TextInput } from '../../ui/field.js';
import { ProblemNotice } from '../../ui/notice.js';
import { Time } from '../../ui/time.js';
import { useToast } from '../../ui/toast.js';

const MONTH_MS = 30 * 86_400_000;

const endable = (first: KeyList | undefined): number => {
  const { live = 0, disabled = 0, expired = 0 } = first?.counts ?? {};
  return live + disabled + expired;
};

/** Ends all of one's keys, saying in sum what that stops. */
export function RevokeAllDialog() {
  const { t } = useTexts();
  const words = t.key.revokeAll;
  const say = useToast();
  const { data: first } = useResource<KeyList>('v1/keys?limit=1');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const close = (): void => goBack('/');
  const number = endable(first);
  const revoke = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const body = reason.trim() ? { reason: reason.trim() } : {};
      const { revoked } = await call<{ revoked: number }>('v1/keys/revoke-all', { method: 'POST', body });
      announceKeyChange();
      say(words.done(revoked));
      close();
    } catch (error) {
      setProblem(error as Problem);
      setBusy(false);
    }
  };
  const isReady = number > 0 && typed.trim().toLowerCase() === words.word;
  const foot = (
    <>
      <Button autofocus onClick={close}>
        {t.common.cancel}
      </Button>
      <Button look="danger" type="submit" form="revoke-all" disabled={isBusy || !isReady}>
        {words.yes}
      </Button>
    </>
  );
  return (
    <Dialog title={words.title} onClose={close} foot={foot} mustDecide>
      <form id="revoke-all" class="dialog-form" onSubmit={(event) => void revoke(event)}>
        {first && <p>{number ? words.lead(number) : words.none}</p>}
        <LatelyUsed />
        <Field label={t.key.revoke.reason} optional hint={t.key.revoke.reasonHint}>
          {(tied) => <TextInput {...tied} maxLength={255} value={reason} onText={setReason} />}
        </Field>
        <Field label={words.type(words.word)}>
          {(tied) => (
            <TextInput {...tied} autocomplete="off" spellcheck={false} value={typed} onText={setTyped} />
          )}
        </Field>
        {problem && <ProblemNotice problem={problem} />}
      </form>
    </Dialog>
  );
}

/** The keys that somebody would miss. */
function LatelyUsed() {
  const { t } = useTexts();
  const path = useMemo(() => {
    const since = new Date(Date.now() - MONTH_MS).toISOString();
    return `v1/keys?status=live&sort=-lastUsed&limit=5&usedSince=${since}`;
  }, []);
  const { data } = useResource<KeyList>(path);
  if (!data) return null;
  if (!data.items.length) return <p class="faint">{t.key.revoke.unused}</p>;
  return (
    <div class="use-summary">
      <h3>{t.key.revoke.used}</h3>
      <ul>
        {data.items.map(({ id, name, usage }) => (
          <li key={id}>
            {name || t.keys.unnamed}{' '}
            <span class="faint">{usage.lastUsedAt && <Time at={usage.lastUsedAt} />}</span>
          </li>
        ))}
      </ul>
      {(data.matching ?? 0) > data.items.length && (
        <p class="faint">{t.keys.moreServices(data.matching! - data.items.length)}</p>
      )}
    </div>
  );
}
