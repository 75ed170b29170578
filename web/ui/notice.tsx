import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/call.js';
import { useTexts } from '../texts/texts.js';
import { Button } from './button.js';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

interface NoticeProps {
  readonly tone: 'accent' | 'warn' | 'bad' | 'good';
  readonly icon?: IconName;
  readonly title?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}

const ICONS = { accent: 'info', warn: 'alert', bad: 'alert', good: 'check' } as const;

/** Something to know before the rest. */
export function Notice({ tone, icon, title, children, action }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon ?? ICONS[tone]} />
      <div class="notice-text">
        {title && <p class="notice-title">{title}</p>}
        {children}
      </div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

/** Why there is nothing to see, in the reader's language, and the way to try again. */
export function ProblemNotice({ problem, onAgain }: { problem: Problem; onAgain?: () => void }) {
  const { t } = useTexts();
  return (
    <Notice
      tone="bad"
      action={
        onAgain && (
          <Button small icon="refresh" onClick={onAgain}>
            {t.common.tryAgain}
          </Button>
        )
      }
    >
      <p>{t.problem(problem)}</p>
    </Notice>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}

/** What stands where nothing is. */
export function Empty({ icon, title, children, actions }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <h2>{title}</h2>
      {children}
      {actions && <div class="empty-actions">{actions}</div>}
    </div>
  );
}
