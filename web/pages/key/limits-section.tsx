import type { ComponentChildren } from 'preact';
import type { KeyRecord } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import type { Texts } from '../../texts/texts.js';
import { Icon } from '../../ui/icons.js';
import type { IconName } from '../../ui/icons.js';

type Name = keyof Texts['key']['limits']['names'];

interface Shown {
  readonly name: Name;
  readonly icon: IconName;
  /** Words that stand alone, or names that stand each by itself. */
  readonly value: string | readonly string[];
  readonly isLimited: boolean;
}

type Words = Texts['key']['limits'];

const listed = (items: readonly string[] | null, none: string): Pick<Shown, 'value' | 'isLimited'> =>
  items ? { value: items, isLimited: true } : { value: none, isLimited: false };

export function limitsShown(key: KeyRecord, words: Words): Shown[] {
  const services = key.services?.map(({ title, audience }) => title ?? audience) ?? null;
  const { allowKeyInUrl, rateLimit } = key;
  return [
    { name: 'services', icon: 'workflow', ...listed(services, words.allServices) },
    { name: 'scopes', icon: 'filter', ...listed(key.scopes, words.noScopes) },
    { name: 'allowedIps', icon: 'globe', ...listed(key.allowedIps, words.anyNetwork) },
    { name: 'allowedReferers', icon: 'monitor', ...listed(key.allowedReferers, words.anyPage) },
    { name: 'allowedMethods', icon: 'terminal', ...listed(key.allowedMethods, words.anyMethod) },
    {
      name: 'allowKeyInUrl',
      icon: 'link',
      value: allowKeyInUrl ? words.inUrl : words.notInUrl,
      isLimited: !allowKeyInUrl,
    },
    { name: 'rateLimit', icon: 'clock', value: rateLimit ?? words.anyRate, isLimited: rateLimit !== null },
  ];
}

/** What the key is cut down to, and who can see to it. */
export function LimitsSection({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { limits: words } = t.key;
  return (
    <section class="section">
      <h3>{words.title}</h3>
      <p class="section-lead">{words.lead}</p>
      <ul class="limits">
        {limitsShown(key, words).map(({ name, icon, value, isLimited }) => (
          <li key={name} class={isLimited ? 'limit' : 'limit limit-none'}>
            <Icon name={icon} />
            <div>
              <p class="limit-name">{words.names[name]}</p>
              <p class="limit-value">
                <Value of={value} />
              </p>
              {isLimited && <p class="limit-who">{words.who[name]}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Value({ of }: { of: Shown['value'] }): ComponentChildren {
  if (typeof of === 'string') return of;
  return of.map((one) => (
    <span class="tag" key={one}>
      {one}
    </span>
  ));
}
