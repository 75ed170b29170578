import type { ComponentChildren } from 'preact';
import { useTexts } from '../texts/texts.js';
import { Link } from '../ui/button.js';
import { AccountMenu, AppearanceMenu, LanguageMenu } from './menus.js';
import { Logo, productName } from './product.js';
import { hrefTo, useAddress } from './address.js';
import { useSession } from './session.js';

/** The bar above every page, and the page. */
export function Layout({ children }: { children: ComponentChildren }) {
  const { t } = useTexts();
  return (
    <div class="layout">
      <a class="skip" href="#content" onClick={skip}>
        {t.layout.skip}
      </a>
      <header class="bar">
        <div class="bar-inside">
          <Link class="brand" to="/">
            <Logo />
            <span class="brand-name">{productName}</span>
          </Link>
          <Navigation />
          <div class="bar-tools">
            <LanguageMenu />
            <AppearanceMenu />
            <AccountMenu />
          </div>
        </div>
      </header>
      <main id="content" class="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** Without the address: what stands behind # would be lost with the next page. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Navigation() {
  const { t } = useTexts();
  const { path } = useAddress();
  const session = useSession();
  if (session.state !== 'open') return <nav class="nav" />;
  const isAdmin = session.me.isAdmin;
  const isIn = (part: string): 'page' | undefined => (path.startsWith(part) ? 'page' : undefined);
  return (
    <nav class="nav" aria-label={t.layout.navigation}>
      <Link to="/" class="nav-link" aria-current={isAdmin && isIn('/admin') ? undefined : 'page'}>
        {t.layout.keys}
      </Link>
      {isAdmin && (
        <Link to="/admin" class="nav-link" aria-current={isIn('/admin')}>
          {t.layout.admin}
        </Link>
      )}
      <a class="nav-link" href={hrefTo('/docs/')}>
        {t.layout.docs}
      </a>
    </nav>
  );
}
