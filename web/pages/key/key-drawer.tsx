import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { productName } from '../../app/product.js';
import { useTexts } from '../../texts/texts.js';
import { Dialog } from '../../ui/dialog.js';
import { TableSkeleton } from '../../ui/table.js';
import { Tabs } from '../../ui/tabs.js';
import { KeyHint } from '../keys/key-table.js';
import { CheckTab } from './check-tab.js';
import { EditForm } from './edit-form.js';
import { HistoryTab } from './history-tab.js';
import { KeyActions } from './key-actions.js';
import { listAddress } from './key-address.js';
import { KeyNotices } from './key-notices.js';
import { Missing } from './missing.js';
import { Overview } from './overview.js';
import { RefusalsTab } from './refusals-tab.js';
import { StateSentence } from './state-sentence.js';
import { useKey } from './use-key.js';
import { UseTab } from './use-tab.js';

const TABS = ['overview', 'use', 'refusals', 'check', 'history'] as const;
type Tab = (typeof TABS)[number];

const PANELS: Readonly<Record<Tab, (of: KeyRecord) => ComponentChildren>> = {
  overview: (key) => <Overview of={key} />,
  use: (key) => <UseTab of={key} />,
  refusals: (key) => <RefusalsTab of={key} />,
  check: (key) => <CheckTab of={key} />,
  history: (key) => <HistoryTab of={key} />,
};

/** All there is to know of a key, over the list that it came from. */
export function KeyDrawer({ id }: { id: string }) {
  const { t } = useTexts();
  const { query } = useAddress();
  const { data: key, problem, reload } = useKey(id);
  const name = key ? key.name || t.keys.unnamed : undefined;
  useEffect(() => {
    if (name) document.title = `${name} · ${productName}`;
  }, [name]);
  const close = (): void => navigate(listAddress(query));
  const waiting = problem ? t.keys.columns.key : t.key.loading;
  return (
    <Dialog form="drawer" title={key ? <Title of={key} /> : waiting} onClose={close}>
      {problem && <Missing problem={problem} onAgain={reload} />}
      {!key && !problem && <TableSkeleton label={t.key.loading} />}
      {key && <Body of={key} />}
    </Dialog>
  );
}

function Title({ of }: { of: KeyRecord }) {
  const { t } = useTexts();
  return (
    <>
      {of.name || t.keys.unnamed} <KeyHint of={of} />
    </>
  );
}

function Body({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const address = useAddress();
  const given = new URLSearchParams(address.query);
  const shown = TABS.find((tab) => tab === given.get('show')) ?? 'overview';
  const go = (tab: Tab): void => {
    const show = tab === 'overview' ? undefined : tab;
    navigate(withQuery(address, { show, edit: undefined }), { replace: true });
  };
  if (given.get('edit') === '1' && key.state !== 'revoked') return <EditForm of={key} />;
  return (
    <div class="key-body">
      {key.description && <p class="key-about">{key.description}</p>}
      <StateSentence of={key} />
      <KeyActions of={key} />
      <KeyNotices of={key} />
      <Tabs
        label={t.key.tabs.label}
        tabs={TABS.map((tab) => ({ name: tab, text: t.key.tabs[tab] }))}
        chosen={shown}
        onChoose={go}
      >
        {PANELS[shown](key)}
      </Tabs>
    </div>
  );
}
