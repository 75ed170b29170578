import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { productName } from './product.js';
import { Link } from '../ui/button.js';
import { Icon } from '../ui/icons.js';

interface PageProps {
  readonly title: string;
  /** Something else says it on the page. */
  readonly hideTitle?: boolean;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  /** Where it belongs. */
  readonly back?: { readonly to: string; readonly text: string };
  readonly narrow?: boolean;
  readonly children: ComponentChildren;
}

let isFirst = true;

/** A page's heading, which is told to whoever listens when the page opens, and what stands below. */
export function Page({ title, hideTitle, lead, actions, back, narrow, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${productName}`;
  }, [title]);
  useEffect(() => {
    // The first page is read out by itself; a field that begins with the focus keeps it.
    if (!isFirst && document.activeElement === document.body) heading.current?.focus();
    isFirst = false;
  }, []);
  return (
    <div class={narrow ? 'page page-narrow' : 'page'}>
      {back && (
        <Link class="page-back" to={back.to}>
          <Icon name="chevronLeft" size={16} />
          {back.text}
        </Link>
      )}
      <header class={hideTitle ? 'unseen' : 'page-head'}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
