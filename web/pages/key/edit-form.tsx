import { useEffect, useRef } from 'preact/hooks';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Field, TextArea, TextInput } from '../../ui/field.js';
import { Notice, ProblemNotice } from '../../ui/notice.js';
import { useToast } from '../../ui/toast.js';
import { inWords } from '../../ui/words.js';
import { changedFields, draftOf } from './edit-draft.js';
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
  useEffect(() => {
    if (editing.problem) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [editing.problem]);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await editing.save())) return;
    say(words.saved);
    leave();
  };
  const cancel = (): void => {
    editing.forget();
    leave();
  };
  const isElsewhere = editing.problem && Object.keys(editing.wrong).length === 0;
  return (
    <form class="edit" ref={form} onSubmit={(event) => void submit(event)}>
      <Moved of={editing} />
      {isElsewhere && <ProblemNotice problem={editing.problem!} />}
      <EditAbout of={editing} />
      <EditRights of={editing} />
      <EditLimits of={editing} />
      <div class="edit-foot">
        <Button onClick={cancel}>{t.common.cancel}</Button>
        <Button
          type="submit"
          look="primary"
          disabled={editing.isBusy || editing.changed.length === 0 || (isWrong && !editing.problem)}
        >
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

function EditAbout({ of: { base, draft, set, wrong } }: { of: Editing }) {
  const { t, f } = useTexts();
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
      <Field
        label={words.end}
        error={wrong.ends}
        hint={`${base.expiresAt ? words.endNow(f.day(base.expiresAt)) : ''} ${words.endHint}`}
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
      <Field label={words.config} optional hint={words.configHint} error={wrong.config}>
        {(tied) => (
          <TextArea
            {...tied}
            class="input textarea input-code"
            spellcheck={false}
            value={draft.config}
            onText={(config) => set({ config })}
          />
        )}
      </Field>
    </fieldset>
  );
}
