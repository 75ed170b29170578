import { Field, TextInput } from './field.js';

interface ReasonFieldProps {
  readonly words: { readonly reason: string; readonly reasonHint: string };
  readonly value: string;
  readonly onText: (text: string) => void;
}

/** Why something is ended. */
export function ReasonField({ words, value, onText }: ReasonFieldProps) {
  return (
    <Field label={words.reason} optional hint={words.reasonHint}>
      {(tied) => <TextInput {...tied} maxLength={255} value={value} onText={onText} />}
    </Field>
  );
}

/** The same for the API, which takes no empty one. */
export const reasonBody = (reason: string): { reason?: string } =>
  reason.trim() ? { reason: reason.trim() } : {};

interface WordFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onText: (text: string) => void;
}

/** What has to be typed before something is ended that somebody would miss. */
export function WordField({ label, hint, value, onText }: WordFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(tied) => <TextInput {...tied} autocomplete="off" spellcheck={false} value={value} onText={onText} />}
    </Field>
  );
}
