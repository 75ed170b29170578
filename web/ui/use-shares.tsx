import type { ComponentChildren } from 'preact';
import { refusalOf } from '../texts/refusals.js';
import { useTexts } from '../texts/texts.js';

interface SharesProps {
  readonly byAudience: readonly {
    readonly audience: string | null;
    readonly title: string | null;
    readonly accepted: number;
    readonly refused: number;
  }[];
  readonly byCode: readonly { readonly code: string; readonly count: number }[];
}

/** For which services, and refused for which reasons. */
export function UseShares({ byAudience, byCode }: SharesProps) {
  const { t } = useTexts();
  const { use: words } = t.key;
  const services = byAudience.map(({ audience, title, accepted, refused }) => ({
    name: title ?? audience ?? words.noService,
    count: accepted + refused,
  }));
  const reasons = byCode.map(({ code, count }) => ({ name: refusalOf(code, t.refusals).title, count }));
  return (
    <div class="shares">
      {services.length > 0 && <Bars title={words.byService} rows={services} look="neutral" />}
      {reasons.length > 0 && <Bars title={words.byCode} rows={reasons} look="bad" />}
    </div>
  );
}

interface BarsProps {
  readonly title: string;
  readonly rows: readonly { readonly name: ComponentChildren; readonly count: number }[];
  readonly look: 'neutral' | 'bad';
}

function Bars({ title, rows, look }: BarsProps) {
  const { t, f } = useTexts();
  const most = Math.max(...rows.map(({ count }) => count));
  return (
    <section class="section">
      <h3>{title}</h3>
      <ul class={`bars bars-${look}`}>
        {rows.map(({ name, count }, i) => (
          <li key={i}>
            <span class="bar-name">{name}</span>
            <span class="bar-count" title={t.key.use.share(count)}>
              {f.number(count)}
            </span>
            <progress max={most} value={count} aria-hidden="true" />
          </li>
        ))}
      </ul>
    </section>
  );
}
