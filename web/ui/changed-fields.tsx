import { useTexts } from '../texts/texts.js';
import { Icon } from './icons.js';
import { inWords } from './words.js';

interface Change {
  readonly from: unknown;
  readonly to: unknown;
}

/** What belongs to a line of the audit: each field from what to what, and what else is told. */
export function ChangedFields({ details }: { details: Readonly<Record<string, unknown>> }) {
  const spoken = useTexts();
  const { fields, nothing } = spoken.t.key.history;
  const { changed = {}, ...others } = details as { changed?: Readonly<Record<string, Change>> };
  const changes = Object.entries(changed);
  const told = Object.entries(others);
  if (changes.length + told.length === 0) return null;
  return (
    <ul class="changes">
      {told.map(([name, value]) => (
        <li key={name}>
          <span class="change-name">{fields[name] ?? name}</span> {inWords(value, nothing, spoken)}
        </li>
      ))}
      {changes.map(([name, { from, to }]) => (
        <li key={name}>
          <span class="change-name">{fields[name] ?? name}</span> <del>{inWords(from, nothing, spoken)}</del>
          <Icon name="arrowRight" size={14} />
          <ins>{inWords(to, nothing, spoken)}</ins>
        </li>
      ))}
    </ul>
  );
}
