import { useTexts } from '../texts/texts.js';
import { ButtonLink } from '../ui/button.js';
import { Empty } from '../ui/notice.js';
import { Page } from './page.js';

export function NotFound() {
  const { t } = useTexts();
  const home = (
    <ButtonLink look="primary" to="/">
      {t.notFound.home}
    </ButtonLink>
  );
  return (
    <Page title={t.notFound.title} hideTitle>
      <Empty icon="search" title={t.notFound.title} actions={home}>
        <p>{t.notFound.text}</p>
      </Empty>
    </Page>
  );
}
