import type { KeyList } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';
import type { KeyFilters } from './filters.js';

const CARDS = [
  { name: 'live', to: '/', tone: 'good' },
  { name: 'soon', to: '/?ends=soon', tone: 'warn' },
  { name: 'disabled', to: '/?status=disabled', tone: 'quiet' },
  { name: 'revoked', to: '/?status=revoked&sort=-created', tone: 'bad' },
  { name: 'expired', to: '/?status=expired&sort=-created', tone: 'quiet' },
] as const;

type CardName = (typeof CARDS)[number]['name'];

function chosenIn({ status, ends }: KeyFilters): CardName | undefined {
  if (status === 'revoked' || status === 'expired' || status === 'disabled') return status;
  if (status !== '' && status !== 'live') return undefined;
  return ends === 'soon' ? 'soon' : ends === '' ? 'live' : undefined;
}

/** How many keys are in which state; each card shows those. */
export function StateCards({ first, filters }: { first: KeyList | undefined; filters: KeyFilters }) {
  const { t, f } = useTexts();
  const { counts, endingSoon } = first ?? {};
  const numbers: Readonly<Record<CardName, number | undefined>> = {
    live: counts?.live,
    soon: endingSoon,
    disabled: counts?.disabled,
    revoked: counts?.revoked,
    expired: counts?.expired,
  };
  const chosen = chosenIn(filters);
  // Few switch a key off; whoever has must find it again.
  const shown = CARDS.filter(({ name }) => name !== 'disabled' || counts?.disabled || name === chosen);
  return (
    <nav class={`cards cards-${shown.length}`} aria-label={t.keys.cards.label}>
      {shown.map(({ name, to, tone }) => (
        <Link
          key={name}
          to={to}
          class={`stat stat-${tone}`}
          aria-current={name === chosen ? 'true' : undefined}
        >
          <span class="stat-name">{t.keys.cards[name]}</span>
          <span class="stat-number">
            {numbers[name] === undefined ? <span class="skeleton" /> : f.number(numbers[name])}
          </span>
        </Link>
      ))}
    </nav>
  );
}
