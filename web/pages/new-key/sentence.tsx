import { useMe } from '../../app/session.js';
import { useTexts } from '../../texts/texts.js';
import { sentenceParts } from './sentence-parts.js';
import type { Facts } from './sentence-parts.js';

/** It stays in view while the form is filled in. */
export function Sentence({ draft, services, policy }: Omit<Facts, 'roles'>) {
  const { t, f } = useTexts();
  const { roles } = useMe();
  return (
    <p class="sentence">
      {sentenceParts({ draft, services, roles, policy }, t.newKey, f).map((part, i) =>
        i % 2 ? <strong key={i}>{part}</strong> : <span key={i}>{part}</span>,
      )}
    </p>
  );
}
