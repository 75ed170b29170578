import type { Problem } from '../../api/call.js';
import { call } from '../../api/call.js';
import type { KeyRecord } from '../../api/types.js';
import { useAddress } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import type { Texts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import { KeyState } from '../../ui/key-state.js';
import { Menu } from '../../ui/menu.js';
import type { MenuItem } from '../../ui/menu.js';
import { Sparkline } from '../../ui/sparkline.js';
import { Table } from '../../ui/table.js';
import type { Column } from '../../ui/table.js';
import { Time } from '../../ui/time.js';
import { useToast } from '../../ui/toast.js';
import { actAddress, keyAddress } from '../key/key-address.js';
import { useTrends } from './use-trends.js';
import type { Trend } from './use-trends.js';

interface KeyTableProps {
  readonly keys: readonly KeyRecord[];
  readonly isStale: boolean;
  readonly onChanged: () => void;
}

export function KeyTable({ keys, isStale, onChanged }: KeyTableProps) {
  const { t } = useTexts();
  const { query } = useAddress();
  const trends = useTrends(keys);
  const { columns: heads } = t.keys;
  const columns: Column<KeyRecord>[] = [
    {
      name: 'key',
      head: heads.key,
      place: 'main',
      cell: (key) => <KeyName of={key} to={keyAddress(key.id, query)} />,
    },
    ...columnsOf(t),
    { name: 'trend', head: heads.trend, cell: ({ id }) => <TrendOf trend={trends.get(id)} /> },
    {
      name: 'more',
      head: <span class="unseen">{heads.more}</span>,
      place: 'menu',
      cell: (key) => <RowMenu of={key} onChanged={onChanged} />,
    },
  ];
  return <Table label={t.keys.title} columns={columns} rows={keys} idOf={({ id }) => id} isStale={isStale} />;
}

/** What is told of a key wherever keys are listed. */
export const columnsOf = ({ keys: words }: Texts): Column<KeyRecord>[] => [
  { name: 'state', head: words.columns.state, cell: (key) => <KeyState of={key} /> },
  { name: 'services', head: words.columns.services, cell: (key) => <ServicesOf of={key} /> },
  {
    name: 'ends',
    head: words.columns.ends,
    cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : words.noEnd),
  },
  {
    name: 'used',
    head: words.columns.used,
    cell: ({ usage }) =>
      usage.lastUsedAt ? <Time at={usage.lastUsedAt} /> : <span class="faint">{words.neverUsed}</span>,
  },
];

/** Four of a key's characters: enough to know it again, too little to use it. Which prefix stood before them, nobody keeps. */
export function KeyHint({ of: { hint, format } }: { of: KeyRecord }) {
  const { t } = useTexts();
  if (hint === null) return null;
  return (
    <code class="key-hint" title={t.keys.hint}>
      {format === 'akm' && '…'}
      {hint}…
    </code>
  );
}

/** @param to where its page is */
export function KeyName({ of, to }: { of: KeyRecord; to: string }) {
  const { t } = useTexts();
  return (
    <div class="key-name">
      <Link class="key-link" to={to} title={of.name ?? undefined}>
        {of.name || t.keys.unnamed}
      </Link>
      <KeyHint of={of} />
      {of.description && (
        <p class="key-description" title={of.description}>
          {of.description}
        </p>
      )}
    </div>
  );
}

const MOST_SHOWN = 2;

function ServicesOf({ of: { services } }: { of: KeyRecord }) {
  const { t } = useTexts();
  if (!services) return <span class="faint">{t.keys.allServices}</span>;
  const titles = services.map(({ title, audience }) => title ?? audience);
  const rest = titles.length - MOST_SHOWN;
  return (
    <span title={titles.join('\n')}>
      {titles.slice(0, MOST_SHOWN).join(', ')}
      {rest > 0 && <span class="faint"> {t.keys.moreServices(rest)}</span>}
    </span>
  );
}

function TrendOf({ trend }: { trend: Trend | undefined }) {
  const { t } = useTexts();
  // Its place is kept: a column that comes later moves all the others.
  if (!trend) return <span class="sparkline-place" aria-hidden="true" />;
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const words = t.keys.trend(trend.accepted.length, sum(trend.accepted), sum(trend.refused));
  return <Sparkline accepted={trend.accepted} refused={trend.refused} words={words} />;
}

function RowMenu({ of: key, onChanged }: { of: KeyRecord; onChanged: () => void }) {
  const { t } = useTexts();
  const say = useToast();
  const name = key.name || t.keys.unnamed;
  const switchTo = async (enabled: boolean, { id, version } = key): Promise<void> => {
    try {
      const headers = { 'If-Match': String(version) };
      const changed = await call<KeyRecord>(`v1/keys/${id}`, { method: 'PATCH', headers, body: { enabled } });
      const undo = { text: t.keys.undo, act: () => void switchTo(true, changed) };
      if (enabled) say(t.keys.enabled(name));
      else say(t.keys.disabled(name), 'good', undo);
    } catch (error) {
      say(t.problem(error as Problem), 'bad');
    }
    onChanged();
  };
  const { query } = useAddress();
  const items = itemsFor(key, t, query, (enabled) => void switchTo(enabled));
  return <Menu label={t.keys.menu.of(name)} button={<Icon name="more" />} items={items} />;
}

function itemsFor(key: KeyRecord, t: Texts, query: string, switchTo: (enabled: boolean) => void): MenuItem[] {
  const { menu } = t.keys;
  const isOver = key.state === 'revoked' || key.state === 'expired';
  const items: (MenuItem | false)[] = [
    { text: menu.details, icon: 'info', to: keyAddress(key.id, query) },
    { text: menu.duplicate, icon: 'duplicate', to: `/new?from=${key.id}` },
    key.state === 'live' &&
      !key.replacedBy && { text: menu.rotate, icon: 'rotate', to: actAddress(key.id, 'rotate', query) },
    key.state === 'live' && { text: menu.disable, icon: 'pause', act: () => switchTo(false) },
    key.state === 'disabled' &&
      key.disabledBy !== 'admin' && { text: menu.enable, icon: 'play', act: () => switchTo(true) },
    !isOver && {
      text: menu.revoke,
      icon: 'ban',
      to: actAddress(key.id, 'revoke', query),
      danger: true,
      apart: true,
    },
  ];
  return items.filter((item) => item !== false);
}
