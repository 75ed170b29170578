import type { ComponentChildren, JSX } from 'preact';
import { hrefTo, navigate } from '../app/address.js';
import { Icon } from './icons.js';
import type { IconName } from './icons.js';

interface Look {
  /** 'primary': the one thing to do here; 'danger': ends something; 'quiet': without a frame. */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly small?: boolean;
  readonly children?: ComponentChildren;
}

const classOf = ({ look = 'plain', small, children }: Look, more?: string): string =>
  ['button', `button-${look}`, small && 'button-small', !children && 'button-icon', more]
    .filter(Boolean)
    .join(' ');

type ButtonProps = Look &
  Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> & { readonly class?: string };

export function Button({ look, icon, small, children, class: more, ...rest }: ButtonProps) {
  return (
    <button type="button" class={classOf({ look, small, children }, more)} {...rest}>
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      {children && <span>{children}</span>}
    </button>
  );
}

interface LinkProps extends JSX.AnchorHTMLAttributes<HTMLAnchorElement> {
  /** A path of ours with its query. */
  readonly to: string;
  readonly replace?: boolean;
  readonly class?: string;
}

/** To a page of ours, without loading everything anew. */
export function Link({ to, replace, onClick, children, ...rest }: LinkProps) {
  const follow = (event: JSX.TargetedMouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    const isElsewhere =
      event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || isElsewhere) return;
    event.preventDefault();
    navigate(to, { replace });
  };
  return (
    <a href={hrefTo(to)} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

export function ButtonLink({ look, icon, small, children, class: more, ...rest }: Look & LinkProps) {
  return (
    <Link class={classOf({ look, small, children }, more)} {...rest}>
      {icon && <Icon name={icon} size={small ? 16 : 18} />}
      <span>{children}</span>
    </Link>
  );
}
