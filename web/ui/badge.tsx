import type { ComponentChildren } from 'preact';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

export type Tone = 'good' | 'warn' | 'bad' | 'quiet' | 'accent';

/** A state in words; the tone only underlines it. */
export function Badge({
  tone,
  icon,
  children,
}: {
  tone: Tone;
  icon?: IconName;
  children: ComponentChildren;
}) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon ? <Icon name={icon} size={14} /> : <span class="badge-dot" aria-hidden="true" />}
      <span>{children}</span>
    </span>
  );
}
