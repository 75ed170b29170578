import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { hrefTo, navigate } from '../app/address.js';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

export interface MenuItem {
  readonly text: string;
  readonly icon?: IconName;
  /** A page of ours, or what is to be done. */
  readonly to?: string;
  readonly act?: () => void;
  readonly danger?: boolean;
  /** Of a choice: whether it is the one. */
  readonly chosen?: boolean;
  /** A line stands above it. */
  readonly apart?: boolean;
}

interface MenuProps {
  /** What the button says, or what it is called where it shows an icon alone. */
  readonly label: string;
  readonly button: ComponentChildren;
  readonly items: readonly MenuItem[];
  readonly class?: string;
  /** Above the items, and not one of them. */
  readonly head?: ComponentChildren;
}

/** A button that opens a list of things to do; arrows, Home, End and letters move in it, Esc and a click beside close it. */
export function Menu({
  label,
  button,
  items,
  head,
  class: look = 'button button-quiet button-icon',
}: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useCloseBeside(root, isOpen, () => setOpen(false));
  const entries = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []),
  ];
  useEffect(() => {
    if (isOpen) (entries().find((entry) => entry.ariaChecked === 'true') ?? entries()[0])?.focus();
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') return setOpen(false);
    else if (!move(entries(), event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={opener}
        class={look}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => event.key === 'ArrowDown' && !isOpen && (event.preventDefault(), setOpen(true))}
      >
        {button}
      </button>
      {isOpen && (
        <div class="menu-list">
          {head && <div class="menu-head">{head}</div>}
          <div id={id} role="menu" aria-label={label}>
            {items.map((item) => (
              <Entry key={item.text} item={item} close={close} />
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function Entry({ item, close }: { item: MenuItem; close: () => void }) {
  const { text, icon, to, act, danger, chosen, apart } = item;
  const look = ['menu-item', danger && 'menu-danger', apart && 'menu-apart'].filter(Boolean).join(' ');
  const choose = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    close();
    if (to) navigate(to);
    act?.();
  };
  const inside = (
    <>
      {icon && <Icon name={icon} size={16} />}
      <span>{text}</span>
      {chosen && <Icon name="check" size={16} />}
    </>
  );
  const role = chosen === undefined ? 'menuitem' : 'menuitemradio';
  const shared = { role, class: look, tabIndex: -1, onClick: choose, 'aria-checked': chosen } as const;
  return to ? (
    <a href={hrefTo(to)} {...shared}>
      {inside}
    </a>
  ) : (
    <button type="button" {...shared}>
      {inside}
    </button>
  );
}

/** Whether the key was one that moves. */
function move(entries: readonly HTMLElement[], key: string): boolean {
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const last = entries.length - 1;
  const places: Readonly<Record<string, number>> = {
    ArrowDown: at === last ? 0 : at + 1,
    ArrowUp: at <= 0 ? last : at - 1,
    Home: 0,
    End: last,
  };
  const behind = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
  const byLetter = (): HTMLElement | undefined =>
    key.length === 1
      ? behind.find(({ textContent }) => textContent?.trim().toLowerCase().startsWith(key))
      : undefined;
  const target = key in places ? entries[places[key]!] : byLetter();
  target?.focus();
  return target !== undefined;
}

function useCloseBeside(root: { current: HTMLElement | null }, isOpen: boolean, close: () => void): void {
  useEffect(() => {
    if (!isOpen) return;
    const onPointer = ({ target }: Event): void => {
      if (!root.current?.contains(target as Node)) close();
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [isOpen]);
}
