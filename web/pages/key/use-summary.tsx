import type { KeyRecord } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Time } from '../../ui/time.js';
import type { KeyUsage } from './types.js';

/** What would notice the end of a key: what used it in the last 30 days. */
export function UseSummary({ of: key, usage }: { of: KeyRecord; usage: KeyUsage | undefined }) {
  const { t } = useTexts();
  const { revoke: words, use } = t.key;
  if (!usage) return <p class="skeleton" />;
  if (usage.totals.accepted === 0) return <p class="faint">{words.unused}</p>;
  const { lastUse, networks, byAudience } = usage;
  const services = byAudience.filter(({ accepted }) => accepted > 0);
  return (
    <div class="use-summary">
      <h3>{words.used}</h3>
      <p>
        <strong>{words.use(lastUse?.agent ?? null, networks.length)}</strong>{' '}
        {key.usage.lastUsedAt && (
          <span class="faint">
            <Time at={key.usage.lastUsedAt} />
          </span>
        )}
      </p>
      <ul>
        {services.map(({ audience, title, accepted }) => (
          <li key={audience}>
            {title ?? audience ?? use.noService} <span class="faint">{words.uses(accepted)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
