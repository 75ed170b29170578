import { useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Button } from './button.js';

interface CopyProps {
  /** Read when it is pressed, so that nothing secret has to stand in the page. */
  readonly text: () => string;
  readonly label?: string;
  readonly look?: 'primary' | 'plain' | 'quiet';
  readonly small?: boolean;
  readonly autofocus?: boolean;
  readonly onCopied?: () => void;
}

/** Puts a text into the clipboard, and says so. */
export function CopyButton({ text, label, look = 'plain', small, autofocus, onCopied }: CopyProps) {
  const { t } = useTexts();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const button = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (autofocus) button.current?.querySelector('button')?.focus();
  }, []);
  useEffect(() => {
    if (state === 'ready') return;
    const timer = window.setTimeout(() => setState('ready'), 3000);
    return () => window.clearTimeout(timer);
  }, [state]);
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(text());
    setState(isCopied ? 'copied' : 'failed');
    if (isCopied) onCopied?.();
  };
  const said = { ready: label ?? t.common.copy, copied: t.common.copied, failed: t.common.copyFailed }[state];
  return (
    <span ref={button}>
      <Button look={look} small={small} icon={state === 'copied' ? 'check' : 'copy'} onClick={copy}>
        <span aria-live="polite">{said}</span>
      </Button>
    </span>
  );
}

/** Over plain http browsers have no clipboard for pages but the old way of it. */
async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) return window.navigator.clipboard.writeText(text).then(yes, no);
  const area = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' });
  const focused = document.activeElement as HTMLElement | null;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return isCopied;
}

const yes = (): boolean => true;
const no = (): boolean => false;
