import { useEffect } from 'preact/hooks';
import type { Problem } from '../api/call.js';
import { useTexts } from '../texts/texts.js';
import { Icon } from '../ui/icons.js';
import { Notice } from '../ui/notice.js';
import { hrefTo } from './address.js';
import { AppearanceMenu, LanguageMenu } from './menus.js';
import { Logo, productName } from './product.js';
import { loginHref } from './session.js';

/** For whoever is not logged in: what this is, and one way on; or why there is none at the moment. */
export function Welcome({ problem }: { problem: Problem }) {
  const { t } = useTexts();
  useEffect(() => {
    document.title = productName;
  }, []);
  const isNobody = problem.code === 'NOT_AUTHENTICATED';
  // Where it is no matter of the login, another one would not help.
  const next = problem.status === 401 ? loginHref() : window.location.href;
  return (
    <div class="welcome">
      <div class="welcome-tools">
        <LanguageMenu />
        <AppearanceMenu />
      </div>
      <main class="welcome-main">
        <div class="welcome-card">
          <Logo size={48} />
          <h1>{productName}</h1>
          <p class="welcome-lead">{t.welcome.lead}</p>
          {!isNobody && (
            <Notice tone="bad">
              <p>{t.problem(problem)}</p>
            </Notice>
          )}
          <a class="button button-primary button-large" href={next}>
            <span>{isNobody ? t.welcome.logIn : t.welcome.again}</span>
            <Icon name="arrowRight" />
          </a>
        </div>
        <ul class="welcome-points">
          {t.welcome.points.map(({ icon, title, text }) => (
            <li key={title}>
              <Icon name={icon} size={20} />
              <div>
                <strong>{title}</strong>
                <p>{text}</p>
              </div>
            </li>
          ))}
        </ul>
      </main>
      <footer class="welcome-foot">
        <a href={hrefTo('/docs/')}>{t.layout.docs}</a>
      </footer>
    </div>
  );
}
