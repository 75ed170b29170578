import { createContext } from 'preact';
import type { ComponentChildren } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Button } from './button.js';
import { Icon } from './icons.js';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
  readonly action?: ToastAction;
}

/** What can be done about it at once. */
interface ToastAction {
  readonly text: string;
  readonly act: () => void;
}

type Say = (text: string, tone?: Toast['tone'], action?: ToastAction) => void;

const ToastContext = createContext<Say>(() => undefined);
/** Says in passing what was done, or what did not work; the latter stays until it is closed. */
export const useToast = (): Say => useContext(ToastContext);

const SHOWN_MS = 6000;
/** Long enough to read it, and to get there by keyboard. */
const WITH_ACTION_MS = 15_000;

export function ToastProvider({ children }: { children: ComponentChildren }) {
  const { t } = useTexts();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Once more on top: a dialog that was opened since would hide it.
    if (box.current?.matches(':popover-open')) box.current.hidePopover();
    if (toasts.length) box.current?.showPopover();
  }, [toasts]);
  const close = (id: number): void => setToasts((before) => before.filter((toast) => toast.id !== id));
  const say = useCallback<Say>((text, tone = 'good', action) => {
    const id = performance.now();
    setToasts((before) => [...before.slice(-2), { id, text, tone, action }]);
    if (tone === 'good') window.setTimeout(() => close(id), action ? WITH_ACTION_MS : SHOWN_MS);
  }, []);
  return (
    <ToastContext.Provider value={say}>
      {children}
      <div class="toasts" role="status" aria-live="polite" popover="manual" ref={box}>
        {toasts.map(({ id, text, tone, action }) => (
          <div key={id} class={`toast toast-${tone}`}>
            <Icon name={tone === 'good' ? 'check' : 'alert'} />
            <span>{text}</span>
            {action && (
              <Button
                small
                onClick={() => {
                  close(id);
                  action.act();
                }}
              >
                {action.text}
              </Button>
            )}
            <Button look="quiet" small icon="close" aria-label={t.common.close} onClick={() => close(id)} />
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
