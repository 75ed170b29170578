import { navigate, useAddress, withQuery } from '../../app/address.js';
import { Page } from '../../app/page.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import { Menu } from '../../ui/menu.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';
import { TableSkeleton } from '../../ui/table.js';
import { StateCards } from './cards.js';
import { FirstKey } from './first-key.js';
import { filtersIn, isNarrowed } from './filters.js';
import { KeyTable } from './key-table.js';
import { KeyNotices } from './notices.js';
import { Toolbar } from './toolbar.js';
import { useKeys } from './use-keys.js';
import type { Keys } from './use-keys.js';

/** One's keys: what is there, found and looked after. */
export function KeysPage() {
  const { t } = useTexts();
  const address = useAddress();
  const keys = useKeys(address.query);
  const filters = filtersIn(address.query);
  const counts = keys.first?.counts;
  const hasNone = counts !== undefined && Object.values(counts).every((count) => count === 0);
  const create = (
    <>
      <ButtonLink look="primary" icon="plus" to="/new">
        {t.keys.create}
      </ButtonLink>
      <Menu
        label={t.key.actions.more}
        button={<Icon name="more" />}
        items={[{ text: t.key.revokeAll.link, icon: 'ban', to: '/keys/revoke-all', danger: true }]}
      />
    </>
  );
  if (hasNone && !keys.isLoading && !keys.problem)
    return (
      <Page title={t.keys.title} hideTitle>
        <FirstKey />
      </Page>
    );
  const change = (values: Record<string, string>): void =>
    navigate(withQuery(address, values), { replace: 'q' in values });
  return (
    <Page title={t.keys.title} lead={t.keys.lead} actions={create}>
      <KeyNotices keys={keys.items} />
      <StateCards first={keys.first} filters={filters} />
      <section class="card list-card" aria-label={t.keys.title}>
        <Toolbar filters={filters} isNarrowed={isNarrowed(filters)} onChange={change} />
        <Rows keys={keys} />
      </section>
    </Page>
  );
}

function Rows({ keys }: { keys: Keys }) {
  const { t } = useTexts();
  const { first, items, problem, moreProblem, isLoading, more, reload } = keys;
  if (problem && !items.length) return <ProblemNotice problem={problem} onAgain={reload} />;
  if (!first) return <TableSkeleton label={t.keys.loading} />;
  if (items.length === 0 && !isLoading) return <NoneMatches />;
  return (
    <>
      {problem && <ProblemNotice problem={problem} onAgain={reload} />}
      <KeyTable keys={items} isStale={isLoading} onChanged={reload} />
      {moreProblem && <ProblemNotice problem={moreProblem} onAgain={more} />}
      <footer class="list-foot">
        <span role="status">{t.keys.shown(items.length, first.matching ?? items.length)}</span>
        {more && (
          <Button small disabled={isLoading} onClick={more}>
            {t.keys.more}
          </Button>
        )}
      </footer>
    </>
  );
}

function NoneMatches() {
  const { t } = useTexts();
  const clear = (
    <ButtonLink to="/" icon="close">
      {t.keys.clear}
    </ButtonLink>
  );
  return (
    <Empty icon="search" title={t.keys.none.title} actions={clear}>
      <p>{t.keys.none.text}</p>
    </Empty>
  );
}
