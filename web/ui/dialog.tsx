import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Button } from './button.js';

interface DialogProps {
  readonly title: ComponentChildren;
  /** Asked for by Esc, by a click beside and by the cross; whether it closes is the caller's business. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** The buttons at its foot. */
  readonly foot?: ComponentChildren;
  /** 'drawer': from the side, over a list. */
  readonly form?: 'dialog' | 'drawer';
  /** Something has to be decided: no cross. */
  readonly mustDecide?: boolean;
}

/** In front of all, with the focus kept inside; `autofocus` on a child says where it begins. */
export function Dialog({ title, onClose, children, foot, form = 'dialog', mustDecide }: DialogProps) {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // While it is there, nothing else takes the focus.
      shown?.close();
      giveFocusBack(opener);
    };
  }, []);
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onClose();
  };
  // The dialog itself is hit only beside its frame, which fills it.
  const onClick = (event: MouseEvent): void => {
    if (event.target === dialog.current) onClose();
  };
  return (
    <dialog class={form} ref={dialog} aria-labelledby={id} onCancel={onCancel} onClick={onClick}>
      <div class="dialog-frame">
        <header class="dialog-head">
          {/* A page begins with its name, a dialog with what it asks for. */}
          <h2 id={id} tabIndex={-1} autofocus={form === 'drawer'}>
            {title}
          </h2>
          {!mustDecide && <Button look="quiet" icon="close" aria-label={t.common.close} onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
        {foot && <footer class="dialog-foot">{foot}</footer>}
      </div>
    </dialog>
  );
}

/** To what had it, or, where that is gone, to the page. */
function giveFocusBack(opener: HTMLElement | null): void {
  const isThere = opener?.isConnected && opener !== document.body;
  (isThere ? opener : document.getElementById('content'))?.focus({ preventScroll: true });
}

interface ConfirmProps {
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly yes: string;
  readonly no?: string;
  readonly danger?: boolean;
  readonly isBusy?: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

interface DecisionProps extends Pick<ConfirmProps, 'yes' | 'no' | 'danger' | 'onNo'> {
  readonly isDisabled?: boolean;
  /** The form that it sends; without one `onYes` is called. */
  readonly form?: string;
  readonly onYes?: () => void;
}

/** The two buttons of a dialog that asks; the way back has the focus. */
export function Decision({ yes, no, danger, isDisabled, form, onYes, onNo }: DecisionProps) {
  const { t } = useTexts();
  return (
    <>
      <Button autofocus onClick={onNo}>
        {no ?? t.common.cancel}
      </Button>
      <Button
        look={danger ? 'danger' : 'primary'}
        type={form ? 'submit' : 'button'}
        form={form}
        disabled={isDisabled}
        onClick={onYes}
      >
        {yes}
      </Button>
    </>
  );
}

/** Asks before something is done. */
export function Confirm({ title, children, isBusy, ...decision }: ConfirmProps) {
  const { onNo } = decision;
  const foot = <Decision {...decision} isDisabled={isBusy} />;
  return (
    <Dialog title={title} onClose={onNo} foot={foot} mustDecide>
      {children}
    </Dialog>
  );
}
