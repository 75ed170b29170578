import { entryOf } from '../../texts/parts.js';
import { refusalOf } from '../../texts/refusals.js';
import { useTexts } from '../../texts/texts.js';
import type { Texts } from '../../texts/texts.js';
import type { Format } from '../../texts/format.js';
import { Icon } from '../../ui/icons.js';
import { Notice } from '../../ui/notice.js';
import { inWords } from '../../ui/words.js';
import type { Explanation, Rule } from './types.js';
import { isUntold } from './untold.js';

/** What would become of the request, and what every rule says. */
export function Verdict({ of: { valid, code, rules } }: { of: Explanation }) {
  const { t } = useTexts();
  const { check: words } = t.key;
  const { title, remedy } = refusalOf(code, t.refusals);
  return (
    <section class="verdict" aria-live="polite">
      {valid ? (
        <Notice tone="good" title={words.passes} />
      ) : (
        <Notice tone="bad" icon="ban" title={words.fails}>
          <p>
            {words.decided(title)} {remedy}
          </p>
        </Notice>
      )}
      <h3>{words.rules}</h3>
      <ol class="rules">
        {rules.map((rule) => (
          <RuleLine key={rule.code} of={rule} isFirst={rule.code === code} />
        ))}
      </ol>
    </section>
  );
}

const ICONS = { passes: 'check', refuses: 'close', untold: 'info' } as const;

function RuleLine({ of: rule, isFirst }: { of: Rule; isFirst: boolean }) {
  const spoken = useTexts();
  const { t } = spoken;
  const { check: words } = t.key;
  const says = isUntold(rule) ? 'untold' : rule.passes ? 'passes' : 'refuses';
  return (
    <li class={`rule rule-${says}`}>
      <span class="rule-word">
        <Icon name={ICONS[says]} size={16} />
        {{ passes: words.yes, refuses: words.no, untold: words.untold }[says]}
      </span>
      <div>
        <p class="rule-name">
          {entryOf(t.key.rules, rule.code) ?? rule.rule}
          {isFirst && <span class="rule-first">{words.first}</span>}
        </p>
        <p class="rule-saw">
          <span class="unseen">{words.saw}: </span>
          {Object.entries(rule.saw).map(([name, value]) => (
            <span key={name} class="saw">
              {t.key.saw[name] ?? name} <strong>{seen(name, value, spoken)}</strong>
            </span>
          ))}
        </p>
      </div>
    </li>
  );
}

/** Where null says that nothing is limited, and not that nobody told. */
const LIMITS = ['allowedIps', 'allowedReferers', 'allowedMethods', 'audiences', 'rateLimit'];

/** A value as a rule saw it, in words. */
function seen(name: string, value: unknown, spoken: { t: Texts; f: Format }): string {
  const { t, f } = spoken;
  const { nothing, unlimited } = t.key.seen;
  if (name === 'maxStalenessSeconds' && typeof value === 'number') return f.period(value);
  if (name === 'needed' && Array.isArray(value))
    return inWords(
      value.map((one) => t.key.saw[String(one)] ?? one),
      nothing,
      spoken,
    );
  if (name === 'expiresAt') return inWords(value, t.keys.noEnd, spoken);
  return inWords(value, LIMITS.includes(name) ? unlimited : nothing, spoken);
}
