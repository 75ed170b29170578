import type { ComponentChildren } from 'preact';
import { Icon } from './icons.js';

/** Who can hold a key to a limit, and what happens where nobody can. */
export function Enforced({ children }: { children: ComponentChildren }) {
  return (
    <span class="enforced">
      <Icon name="shield" size={14} />
      <span>{children}</span>
    </span>
  );
}
