import { useEffect, useRef, useState } from 'preact/hooks';
import { TextInput } from './field.js';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

interface SearchProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly icon?: IconName;
  readonly value: string;
  readonly maxLength?: number;
  readonly onChange: (text: string) => void;
}

const PAUSE_MS = 250;

/** Searches when the typing pauses. */
export function SearchField({ label, placeholder, icon, value, maxLength = 128, onChange }: SearchProps) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onText = (typed: string): void => {
    setText(typed);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onChange(typed.trim()), PAUSE_MS);
  };
  return (
    <div class="search">
      <Icon name={icon ?? 'search'} />
      <TextInput
        type="search"
        aria-label={label}
        placeholder={placeholder ?? label}
        maxLength={maxLength}
        value={text}
        onText={onText}
      />
    </div>
  );
}
