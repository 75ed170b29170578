import { useTexts } from '../../texts/texts.js';
import { Icon } from '../../ui/icons.js';

/** Which right a sentence of the server is about; 'events': the realm records none. */
export function rightIn(sentence: string): string {
  return /\bview-(?:users|realm|events|clients)\b/.exec(sentence)?.[0] ?? 'events';
}

/** What the service account lacks, what that costs, and the exact way to give it. */
export function MissingRights({ of }: { of: readonly string[] }) {
  const { t } = useTexts();
  const { missing: words } = t.admin.sync;
  return (
    <section class="card card-inside">
      <h2>{words.title}</h2>
      {of.length === 0 ? (
        <p class="section-note">
          <Icon name="check" size={16} />
          {words.none}
        </p>
      ) : (
        <>
          <p class="section-lead">{words.lead}</p>
          <ul class="missing">
            {of.map((sentence) => (
              <Missing key={sentence} sentence={sentence} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Missing({ sentence }: { sentence: string }) {
  const { t } = useTexts();
  const { missing: words } = t.admin.sync;
  const right = rightIn(sentence);
  return (
    <li>
      <p>
        {right !== 'events' && <code>{right}</code>} {words.costs[right] ?? sentence}
      </p>
      <p class="faint small">
        {words.click} {right === 'events' ? words.events : words.role(right)}
      </p>
    </li>
  );
}
