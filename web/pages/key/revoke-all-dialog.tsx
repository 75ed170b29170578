import { useMemo, useState } from 'preact/hooks';
import { call } from '../../api/call.js';
import { announceKeyChange } from '../../api/key-changes.js';
import { useResource } from '../../api/resource.js';
import type { KeyList } from '../../api/types.js';
import { useDeed } from '../../api/use-deed.js';
import { goBack } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Decision, Dialog } from '../../ui/dialog.js';
import { reasonBody, ReasonField, WordField } from '../../ui/ending-fields.js';
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
  const close = (): void => goBack('/');
  const number = endable(first);
  const { act, isBusy, problem } = useDeed(async () => {
    const init = { method: 'POST', body: reasonBody(reason) } as const;
    const { revoked } = await call<{ revoked: number }>('v1/keys/revoke-all', init);
    announceKeyChange();
    say(words.done(revoked));
    close();
  });
  const isReady = number > 0 && typed.trim().toLowerCase() === words.word;
  const foot = (
    <Decision danger yes={words.yes} form="revoke-all" isDisabled={isBusy || !isReady} onNo={close} />
  );
  return (
    <Dialog title={words.title} onClose={close} foot={foot} mustDecide>
      <form id="revoke-all" class="dialog-form" onSubmit={act}>
        {first && <p>{number ? words.lead(number) : words.none}</p>}
        <LatelyUsed />
        <ReasonField words={t.key.revoke} value={reason} onText={setReason} />
        <WordField label={words.type(words.word)} value={typed} onText={setTyped} />
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
