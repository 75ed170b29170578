import { useRef } from 'preact/hooks';
import type { KeyRecord, OwnPolicy, Service } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Field, TextInput } from '../../ui/field.js';
import { Notice } from '../../ui/notice.js';
import { presetOf } from './draft.js';
import { EndQuestion } from './end-question.js';
import { Limits } from './limits.js';
import { PurposeQuestion } from './purpose-question.js';
import { RolesQuestion } from './roles-question.js';
import { Sentence } from './sentence.js';
import { presetScopes } from './reach.js';
import { ScopesQuestion, ServicesQuestion } from './services-question.js';
import { useDraft } from './use-draft.js';
import type { Drafting } from './use-draft.js';
import { useMaking } from './use-making.js';
import type { Errors } from './check.js';

interface FormProps {
  readonly query: string;
  readonly policy: OwnPolicy;
  readonly services: readonly Service[];
  readonly like: KeyRecord | undefined;
}

export function NewKeyForm({ query, policy, services, like }: FormProps) {
  const { t } = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const drafting = useDraft(query, { policy, services, like });
  const { draft, change } = drafting;
  const { errors, isBusy, make } = useMaking(drafting, policy, form);
  const send = (event: Event): void => {
    event.preventDefault();
    void make();
  };
  const parts = { draft, onChange: change };
  return (
    <form class="new-key" ref={form} onSubmit={send} noValidate>
      <div class="new-key-form">
        <Beginning drafting={drafting} query={query} />
        <section class="card form-card">
          <PurposeQuestion
            value={draft.purpose}
            scopes={presetScopes(draft, services).length}
            onChoose={(purpose) => change({ purpose, ...presetOf(purpose, policy) })}
          />
        </section>
        <section class="card form-card">
          <Names drafting={drafting} errors={errors} />
          <EndQuestion {...parts} policy={policy} error={errors.end} />
        </section>
        <section class="card form-card">
          <h2>{t.newKey.reach}</h2>
          <ServicesQuestion {...parts} services={services} policy={policy} error={errors.services} />
          <ScopesQuestion {...parts} services={services} error={errors.scopes} />
          <RolesQuestion {...parts} error={errors.roles} />
        </section>
        <Limits {...parts} policy={policy} errors={errors} />
      </div>
      <aside class="card summary" aria-label={t.newKey.summary}>
        <Sentence draft={draft} services={services} policy={policy} />
        {errors.form && (
          <Notice tone="bad">
            <p>{errors.form}</p>
          </Notice>
        )}
        <div class="summary-actions">
          <Button look="primary" type="submit" disabled={isBusy}>
            {isBusy ? t.newKey.making : t.newKey.make}
          </Button>
          <ButtonLink look="quiet" to="/" onClick={drafting.forget}>
            {t.common.cancel}
          </ButtonLink>
        </div>
        <p class="summary-note">{t.newKey.once}</p>
      </aside>
    </form>
  );
}

/** Where what stands there comes from, if it is not the person. */
function Beginning({ drafting, query }: { drafting: Drafting; query: string }) {
  const { t } = useTexts();
  const link = new URLSearchParams(query);
  const isFromLink = ['name', 'audience', 'ttlHours', 'scope', 'description'].some((name) => link.has(name));
  const again = (
    <Button small onClick={drafting.startOver}>
      {t.newKey.startOver}
    </Button>
  );
  if (drafting.isRestored)
    return (
      <Notice tone="accent" action={again}>
        <p>{t.newKey.restored}</p>
      </Notice>
    );
  return isFromLink ? (
    <Notice tone="accent" icon="link">
      <p>{t.newKey.fromLink}</p>
    </Notice>
  ) : null;
}

function Names({ drafting: { draft, change }, errors }: { drafting: Drafting; errors: Errors }) {
  const { t } = useTexts();
  const { name, description } = t.newKey;
  return (
    <>
      <Field label={name.label} hint={name.hint} error={errors.name}>
        {(tied) => (
          <TextInput
            {...tied}
            data-field="name"
            maxLength={128}
            required
            autocomplete="off"
            placeholder={name.examples[draft.purpose || 'other']}
            value={draft.name}
            onText={(text) => change({ name: text })}
          />
        )}
      </Field>
      <Field label={description.label} optional hint={description.hint} error={errors.description}>
        {(tied) => (
          <TextInput
            {...tied}
            data-field="description"
            maxLength={255}
            autocomplete="off"
            value={draft.description}
            onText={(text) => change({ description: text })}
          />
        )}
      </Field>
    </>
  );
}
