import type { OwnPolicy, Service } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Check, Field, FieldGroup, TextInput } from '../../ui/field.js';
import { reachedServices } from './reach.js';
import { toggled } from './toggled.js';
import type { Draft } from './draft.js';

interface ReachProps {
  readonly draft: Draft;
  readonly services: readonly Service[];
  readonly error: string | undefined;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** Which applications the key is for. */
export function ServicesQuestion(props: ReachProps & { readonly policy: OwnPolicy }) {
  const { draft, error, onChange } = props;
  const { t } = useTexts();
  const { services: words } = t.newKey;
  return (
    <FieldGroup legend={words.label} error={error} hint={words.enforced}>
      <div data-field="services">
        <Check
          radio="services"
          checked={!draft.onlyServices}
          onChecked={() => onChange({ onlyServices: false })}
        >
          {words.all}
        </Check>
        <Check
          radio="services"
          checked={draft.onlyServices}
          onChecked={() => onChange({ onlyServices: true })}
        >
          {words.some}
        </Check>
      </div>
      {draft.onlyServices && <ServiceChoice {...props} />}
    </FieldGroup>
  );
}

function ServiceChoice({ draft, services, onChange, policy }: ReachProps & { readonly policy: OwnPolicy }) {
  const { t } = useTexts();
  const { services: words } = t.newKey;
  const known = services.map(({ audience }) => audience);
  // A link may name one that the catalogue doesn't know, or doesn't offer this person.
  const others = draft.services.filter((audience) => !known.includes(audience));
  const all = [
    ...services.map(({ audience, title, description }) => ({ audience, title, hint: description })),
    ...others.map((audience) => ({ audience, title: audience, hint: words.unknown })),
  ];
  return (
    <div class="nested">
      {all.map(({ audience, title, hint }) => (
        <Check
          key={audience}
          checked={draft.services.includes(audience)}
          onChecked={(isChosen) => onChange({ services: toggled(draft.services, audience, isChosen) })}
          hint={hint}
        >
          {title}
        </Check>
      ))}
      {!policy.servicesOnly && (
        <Field label={services.length ? words.others : words.free} hint={words.freeHint}>
          {(tied) => (
            <TextInput
              {...tied}
              value={draft.otherServices}
              onText={(otherServices) => onChange({ otherServices })}
              spellcheck={false}
            />
          )}
        </Field>
      )}
    </div>
  );
}

/** What the key may do there, where services say what there is. */
export function ScopesQuestion({ draft, services, error, onChange }: ReachProps) {
  const { t } = useTexts();
  const { scopes: words } = t.newKey;
  const offered = reachedServices(draft, services).flatMap((service) =>
    service.scopes.map((scope) => ({ ...scope, service: service.title })),
  );
  const readOnly = offered.filter((scope) => scope.readOnly).map(({ name }) => name);
  const unknown = draft.scopes.filter((name) => !offered.some((scope) => scope.name === name));
  if (!offered.length && !unknown.length) return null;
  return (
    <FieldGroup legend={words.label} error={error} hint={words.enforced}>
      <div class="nested-flat" data-field="scopes">
        {readOnly.length > 0 && (
          <Button small onClick={() => onChange({ scopes: readOnly })}>
            {words.readOnly}
          </Button>
        )}
        {offered.map(({ name, title, service, readOnly: reads }) => (
          <Check
            key={name}
            checked={draft.scopes.includes(name)}
            onChecked={(isChosen) => onChange({ scopes: toggled(draft.scopes, name, isChosen) })}
            hint={reads ? words.reads(service) : service}
          >
            {title}
          </Check>
        ))}
        {unknown.map((name) => (
          <Check
            key={name}
            checked
            onChecked={() => onChange({ scopes: toggled(draft.scopes, name, false) })}
          >
            <code>{name}</code>
          </Check>
        ))}
      </div>
    </FieldGroup>
  );
}
