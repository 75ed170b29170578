import { useMe } from '../../app/session.js';
import type { Service } from '../../api/types.js';
import type { Format } from '../../texts/format.js';
import { useTexts } from '../../texts/texts.js';
import type { Texts } from '../../texts/texts.js';
import { endOfDay, listIn, scopesIn, servicesIn } from './draft.js';
import type { Draft } from './draft.js';

interface Facts {
  readonly draft: Draft;
  readonly services: readonly Service[];
  readonly roles: readonly string[];
}

/** When the key will end: a day, or nothing where it never does. */
function endIn({ end, date }: Draft, f: Format): string | undefined {
  if (end === 'never') return undefined;
  const at = end === 'date' ? endOfDay(date) : new Date(Date.now() + Number(end) * 3_600_000);
  return Number.isNaN(at.getTime()) ? '…' : f.day(at);
}

/** What the key may do, in one sentence; each odd part is what was decided. */
export function sentenceParts({ draft, services, roles }: Facts, t: Texts['newKey'], f: Format): string[] {
  const audiences = servicesIn(draft);
  const names = audiences.map(
    (audience) => services.find((one) => one.audience === audience)?.title ?? audience,
  );
  const scopes = scopesIn(draft);
  const known = services.flatMap((service) => service.scopes);
  const readsOnly =
    scopes.length > 0 && scopes.every((name) => known.find((one) => one.name === name)?.readOnly);
  const chosenRoles = draft.onlyRoles ? draft.roles : roles;
  return t.sentence({
    reads: readsOnly || draft.readingOnly,
    services: names.length ? f.list(names) : undefined,
    until: endIn(draft, f),
    networks: listIn(draft.networks).length ? f.list(listIn(draft.networks)) : undefined,
    pages: listIn(draft.referers).length ? f.list(listIn(draft.referers)) : undefined,
    roles: chosenRoles.length ? f.list(chosenRoles) : undefined,
  });
}

/** It stays in view while the form is filled in. */
export function Sentence({ draft, services }: Omit<Facts, 'roles'>) {
  const { t, f } = useTexts();
  const { roles } = useMe();
  return (
    <p class="sentence">
      {sentenceParts({ draft, services, roles }, t.newKey, f).map((part, i) =>
        i % 2 ? <strong key={i}>{part}</strong> : <span key={i}>{part}</span>,
      )}
    </p>
  );
}
