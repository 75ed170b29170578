import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useAddress } from '../../app/address.js';
import { Page } from '../../app/page.js';
import { useMe } from '../../app/session.js';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { Empty } from '../../ui/notice.js';

interface AdminPageProps {
  readonly title: string;
  /** Something else says it on the page. */
  readonly hideTitle?: boolean;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly back?: { readonly to: string; readonly text: string };
  readonly children: ComponentChildren;
}

const PARTS = ['overview', 'keys', 'people', 'audit', 'sync', 'policies'] as const;

/** A page among those of administrators; for everybody else it says so. */
export function AdminPage({ children, ...head }: AdminPageProps) {
  const { t } = useTexts();
  if (!useMe().isAdmin)
    return (
      <Page title={t.admin.title} hideTitle>
        <Empty icon="shield" title={t.admin.only.title}>
          <p>{t.admin.only.text}</p>
        </Empty>
      </Page>
    );
  return (
    <div class="admin">
      <PartsNavigation />
      <Page {...head}>{children}</Page>
    </div>
  );
}

function PartsNavigation() {
  const { t } = useTexts();
  const { path } = useAddress();
  const [, , part = 'overview'] = path.split('/');
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = nav.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [part]);
  return (
    <nav class="parts" ref={nav} aria-label={t.admin.parts.label}>
      {PARTS.map((one) => (
        <Link
          key={one}
          class="part"
          to={one === 'overview' ? '/admin' : `/admin/${one}`}
          aria-current={one === part ? 'page' : undefined}
        >
          {t.admin.parts[one]}
        </Link>
      ))}
    </nav>
  );
}
