import type { OwnPolicy } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { Enforced } from '../../ui/enforced.js';
import { Check, Field, FieldError, TextArea, TextInput } from '../../ui/field.js';
import { Icon } from '../../ui/icons.js';
import { configError } from './check.js';
import type { Errors } from './check.js';
import { listIn, onlyReads, READING } from './draft.js';
import type { Draft } from './draft.js';

interface LimitsProps {
  readonly draft: Draft;
  readonly policy: OwnPolicy;
  readonly errors: Errors;
  readonly onChange: (part: Partial<Draft>) => void;
}

/** Folded: most keys need none of it. Each says who can hold a key to it. */
export function Limits({ draft, policy, errors, onChange }: LimitsProps) {
  const { t } = useTexts();
  const { limits } = t.newKey;
  const set = setLimits(draft, policy).map((name) => limits.names[name]);
  return (
    <details class="card fold">
      <summary>
        <Icon name="chevronRight" />
        <span class="fold-text">
          <h2>{limits.title}</h2>
          <span>{set.length ? limits.set(set) : limits.none}</span>
        </span>
      </summary>
      <div class="fold-body">
        <Networks {...{ draft, policy, errors, onChange }} />
        <Referers {...{ draft, policy, errors, onChange }} />
        <Methods {...{ draft, policy, errors, onChange }} />
        <Check
          checked={draft.inUrl && policy.keysInUrl}
          onChecked={(inUrl) => onChange({ inUrl: inUrl && policy.keysInUrl })}
          hint={<Enforced>{policy.keysInUrl ? limits.inUrlEnforced : limits.inUrlForbidden}</Enforced>}
        >
          {limits.inUrl}
        </Check>
        <Rate {...{ draft, policy, errors, onChange }} />
        <Config {...{ draft, policy, errors, onChange }} />
      </div>
    </details>
  );
}

const setLimits = (draft: Draft, { keysInUrl }: OwnPolicy) => {
  const { networks, referers, inUrl, rate, config } = draft;
  const readingOnly = onlyReads(draft);
  const methods = draft.methods !== null && !readingOnly;
  const all = { networks, referers, readingOnly, methods, notInUrl: keysInUrl && !inUrl, rate, config };
  const names = Object.keys(all) as (keyof typeof all)[];
  return names.filter((name) => String(all[name] || '').trim());
};

function Networks({ draft, policy: { clientIp }, errors, onChange }: LimitsProps) {
  const { t } = useTexts();
  const { limits } = t.newKey;
  const has = clientIp !== null && listIn(draft.networks).includes(clientIp);
  const add = (): void => onChange({ networks: [...listIn(draft.networks), clientIp!].join('\n') });
  return (
    <Field
      label={limits.networks}
      optional
      error={errors.networks}
      hint={<Enforced>{limits.networksEnforced}</Enforced>}
    >
      {(tied) => (
        <div class="stack">
          <TextArea
            {...tied}
            data-field="networks"
            class="input textarea input-code"
            rows={2}
            placeholder="10.0.0.0/8"
            spellcheck={false}
            value={draft.networks}
            onText={(networks) => onChange({ networks })}
          />
          {clientIp && !has && (
            <Button small icon="plus" onClick={add}>
              {limits.addOwn(clientIp)}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}

function Referers({ draft, errors, onChange }: LimitsProps) {
  const { t } = useTexts();
  const { limits } = t.newKey;
  return (
    <Field
      label={limits.referers}
      optional
      error={errors.referers}
      hint={<Enforced>{limits.referersEnforced}</Enforced>}
    >
      {(tied) => (
        <TextArea
          {...tied}
          data-field="referers"
          class="input textarea input-code"
          rows={2}
          placeholder="*.example.org"
          spellcheck={false}
          value={draft.referers}
          onText={(referers) => onChange({ referers })}
        />
      )}
    </Field>
  );
}

/** A key like another may have come with any list, which stays until it is taken away. */
function Methods({ draft, onChange }: LimitsProps) {
  const { t, f } = useTexts();
  const { limits } = t.newKey;
  const isOther = draft.methods !== null && !onlyReads(draft);
  return (
    <Check
      checked={draft.methods !== null}
      onChecked={(isLimited) => onChange({ methods: isLimited ? READING : null })}
      hint={<Enforced>{limits.methodsEnforced}</Enforced>}
    >
      {isOther ? limits.onlyMethods(f.list(draft.methods)) : limits.methods}
    </Check>
  );
}

function Rate({ draft, errors, onChange }: LimitsProps) {
  const { t } = useTexts();
  const { limits } = t.newKey;
  return (
    <Field label={limits.rate} optional error={errors.rate} hint={<Enforced>{limits.rateEnforced}</Enforced>}>
      {(tied) => (
        <TextInput
          {...tied}
          data-field="rate"
          class="input input-short"
          placeholder="100/minute"
          value={draft.rate}
          onText={(rate) => onChange({ rate })}
        />
      )}
    </Field>
  );
}

function Config({ draft, errors, onChange }: LimitsProps) {
  const { t } = useTexts();
  const { limits } = t.newKey;
  // While it is typed it is half of something most of the time: it says so quietly.
  const now = configError(draft.config, t.newKey);
  return (
    <Field
      label={limits.config}
      optional
      error={errors.config}
      hint={<Enforced>{limits.configEnforced}</Enforced>}
    >
      {(tied) => (
        <div class="stack">
          <TextArea
            {...tied}
            data-field="config"
            class="input textarea input-code"
            rows={4}
            placeholder={'{ "quota": 5 }'}
            spellcheck={false}
            value={draft.config}
            onText={(config) => onChange({ config })}
          />
          <span role="status">
            {now && !errors.config && <FieldError>{now}</FieldError>}
            {!now && draft.config.trim() && (
              <span class="config-good">
                <Icon name="check" size={16} /> {limits.configGood}
              </span>
            )}
          </span>
        </div>
      )}
    </Field>
  );
}
