import { useEffect, useRef, useState } from 'preact/hooks';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Check, Field, TextArea, TextInput } from '../../ui/field.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import { inWords } from '../../ui/words.js';
import { changedFields, draftOf, usualEnd } from './edit-draft.js';
import { EditLimits, EditRights } from './edit-limits.js';
import { useEdit } from './use-edit.js';
import type { Editing } from './use-edit.js';

/** The key's page as a form. */
export function EditForm({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { edit: words } = t.key;
  const address = useAddress();
  const say = useToast();
  const editing = useEdit(key);
  const form = useRef<HTMLFormElement>(null);
  const leave = (): void => navigate(withQuery(address, { edit: undefined }), { replace: true });
  const isWrong = Object.keys(editing.wrong).length > 0;
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (tries) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [tries]);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await editing.save())) return setTries(tries + 1);
    say(words.saved);
    leave();
  };
  const cancel = (): void => {
    editing.forget();
    leave();
  };
  const isElsewhere = editing.problem && !isWrong;
  return (
    <form class="edit" ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Moved of={editing} />
      {editing.isRestored && (
        <Notice
          tone="accent"
          action={
            <Button small onClick={editing.startOver}>
              {t.newKey.startOver}
            </Button>
          }
        >
          <p>{t.newKey.restored}</p>
        </Notice>
      )}
      {isElsewhere && <ProblemNotice problem={editing.problem!} />}
      <EditAbout of={editing} />
      <EditRights of={editing} />
      <EditLimits of={editing} />
      <div class="edit-foot">
        <Button onClick={cancel}>{t.common.cancel}</Button>
        <Button type="submit" look="primary" disabled={editing.isBusy || editing.changed.length === 0}>
          {words.save}
        </Button>
      </div>
    </form>
  );
}

/** Somebody was faster: what the key has become, and what was typed, which stays. */
function Moved({ of: { base, moved, takeOver } }: { of: Editing }) {
  const spoken = useTexts();
  const { edit, history } = spoken.t.key;
  if (!moved) return null;
  const [before, now] = [draftOf(base), draftOf(moved)];
  const names = changedFields(before, now);
  const take = (
    <Button small look="primary" autofocus onClick={takeOver}>
      {edit.moved.take}
    </Button>
  );
  return (
    <Notice tone="bad" title={edit.moved.title} action={take}>
      <p>{edit.moved.text}</p>
      <ul class="changes">
        {names.map((name) => (
          <li key={name}>
            {edit.moved.now(
              history.fields[name] ?? history.fields.expiresAt!,
              inWords(now[name], history.nothing, spoken),
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function EditAbout({ of: { base, draft, set, wrong, policy } }: { of: Editing }) {
  const { t } = useTexts();
  const { edit: words } = t.key;
  return (
    <fieldset class="edit-part">
      <Field label={words.name} error={wrong.name}>
        {(tied) => (
          <TextInput {...tied} required maxLength={128} value={draft.name} onText={(name) => set({ name })} />
        )}
      </Field>
      <Field label={words.description} optional error={wrong.description}>
        {(tied) => (
          <TextInput
            {...tied}
            maxLength={255}
            value={draft.description}
            onText={(description) => set({ description })}
          />
        )}
      </Field>
      <End of={{ base, draft, set, wrong, policy }} />
      <Field label={words.config} optional hint={words.configHint} error={wrong.config}>
        {(tied) => (
          <TextArea
            {...tied}
            class="input textarea input-code"
            rows={6}
            spellcheck={false}
            value={draft.config}
            onText={(config) => set({ config })}
          />
        )}
      </Field>
    </fieldset>
  );
}

type EndProps = Pick<Editing, 'base' | 'draft' | 'set' | 'wrong' | 'policy'>;

/** When it ends, or that it does not, where that is allowed. */
function End({ of: { base, draft, set, wrong, policy } }: { of: EndProps }) {
  const { t, f } = useTexts();
  const { edit: words } = t.key;
  const mayNever = base.expiresAt === null || policy?.mayNeverExpire === true;
  const change = (never: boolean): void =>
    set({ never, ...(!never && !draft.ends && { ends: usualEnd(policy) }) });
  return (
    <>
      <Field
        label={words.end}
        error={wrong.ends}
        hint={
          <>
            {base.expiresAt && <span class="hint-line">{words.endNow(f.instant(base.expiresAt))}</span>}
            <span class="hint-line">{words.endHint}</span>
          </>
        }
      >
        {(tied) => (
          <TextInput
            {...tied}
            type="datetime-local"
            value={draft.ends}
            disabled={draft.never}
            onText={(ends) => set({ ends })}
          />
        )}
      </Field>
      {mayNever && (
        <Check checked={draft.never} onChecked={change} hint={words.neverHint}>
          {words.never}
        </Check>
      )}
    </>
  );
}
