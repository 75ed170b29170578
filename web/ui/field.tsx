import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Icon } from './icons.js';

interface FieldProps {
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly optional?: boolean;
  /** The input, with what ties it to its label, hint and error. */
  readonly children: (tied: Tied) => ComponentChildren;
}

export interface Tied {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': 'true' | undefined;
}

/** A label, an input, what it means, and what is wrong with it. */
export function Field({ label, hint, error, optional, children }: FieldProps) {
  const { t } = useTexts();
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class={error ? 'field field-wrong' : 'field'}>
      <label for={id}>
        {label}
        {optional && <span class="field-optional"> {t.common.optional}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? 'true' : undefined,
      })}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, children }: { id?: string; children: ComponentChildren }) {
  return (
    <p class="field-error" id={id}>
      <Icon name="alert" size={16} />
      <span>{children}</span>
    </p>
  );
}

interface GroupProps {
  readonly legend: ComponentChildren;
  readonly hint?: ComponentChildren;
  readonly error?: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Several inputs that are one question. */
export function FieldGroup({ legend, hint, error, children, class: more = '' }: GroupProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <fieldset
      class={`field ${error ? 'field-wrong' : ''} ${more}`}
      aria-describedby={described || undefined}
      tabIndex={-1}
      aria-invalid={error ? 'true' : undefined}
    >
      <legend>{legend}</legend>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </fieldset>
  );
}

type InputProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput'> & {
  readonly onText: (text: string) => void;
};

export function TextInput({ onText, ...rest }: InputProps) {
  return (
    <input type="text" class="input" onInput={({ currentTarget }) => onText(currentTarget.value)} {...rest} />
  );
}

type TextAreaProps = Omit<JSX.TextareaHTMLAttributes<HTMLTextAreaElement>, 'onInput'> & {
  readonly onText: (text: string) => void;
};

export function TextArea({ onText, ...rest }: TextAreaProps) {
  return (
    <textarea class="input textarea" onInput={({ currentTarget }) => onText(currentTarget.value)} {...rest} />
  );
}

interface SelectProps<Value extends string> extends Partial<Tied> {
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly onValue: (value: Value) => void;
  readonly label?: string;
}

/** @param props.label where no label stands beside it */
export function Select<Value extends string>({
  value,
  options,
  onValue,
  label,
  ...tied
}: SelectProps<Value>) {
  return (
    <span class="select">
      <select
        value={value}
        aria-label={label}
        onChange={(event) => onValue(event.currentTarget.value as Value)}
        {...tied}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
      <Icon name="chevronDown" size={16} />
    </span>
  );
}

interface CheckProps {
  readonly checked: boolean;
  readonly onChecked: (checked: boolean) => void;
  readonly children: ComponentChildren;
  readonly hint?: ComponentChildren;
  /** One of several of this name, of which one is chosen. */
  readonly radio?: string;
}

export function Check({ checked, onChecked, children, hint, radio }: CheckProps) {
  return (
    <label class="check">
      <input
        type={radio ? 'radio' : 'checkbox'}
        name={radio}
        checked={checked}
        onChange={({ currentTarget }) => onChecked(currentTarget.checked)}
      />
      <span>
        <span class="check-text">{children}</span>
        {hint && <span class="check-hint">{hint}</span>}
      </span>
    </label>
  );
}
