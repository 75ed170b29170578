import type { KeyRecord } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Time } from '../../ui/time.js';
import { AboutSection } from './about-section.js';
import { LimitsSection } from './limits-section.js';
import { RightsSection } from './rights-section.js';
import { useLately } from './use-key.js';

/** What the key may do, what it is cut down to, and where it was used from. */
export function Overview({ of: key }: { of: KeyRecord }) {
  return (
    <div class="sections">
      <RightsSection of={key} />
      <LimitsSection of={key} />
      <Networks of={key} />
      <AboutSection of={key} />
    </div>
  );
}

function Networks({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { networks: words } = t.key;
  const { data } = useLately(key.id, 24);
  if (!data) return null;
  return (
    <section class="section">
      <h3>{words.title}</h3>
      <p class="section-lead">{words.lead}</p>
      {data.networks.length === 0 && <p class="faint">{key.usage.lastUsedAt ? words.untold : words.none}</p>}
      <ul class="networks">
        {data.networks.map(({ network, lastUsedAt }) => (
          <li key={network}>
            <code>{network}</code>
            <span class="faint">
              <Time at={lastUsedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
