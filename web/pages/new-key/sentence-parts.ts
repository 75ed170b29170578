import type { OwnPolicy, Service } from '../../api/types.js';
import type { Format } from '../../texts/format.js';
import type { Texts } from '../../texts/texts.js';
import { errorsIn, isHost, isNetwork } from './check.js';
import { endOfDay, listIn, onlyReads, scopesIn, servicesIn } from './draft.js';
import type { Draft } from './draft.js';
import { reachedServices } from './reach.js';

export interface Facts {
  readonly draft: Draft;
  readonly services: readonly Service[];
  readonly roles: readonly string[];
  readonly policy: OwnPolicy;
}

/** Typed, but not understood yet. */
const UNCLEAR = '…';

/** When the key will end: a day, or nothing where it never does. */
function endIn({ end, date }: Draft, f: Format): string | undefined {
  if (end === 'never') return undefined;
  return f.end(end === 'date' ? endOfDay(date) : new Date(Date.now() + Number(end) * 3_600_000));
}

/** What of a list can be held to; undefined: it says nothing. */
function limitIn(text: string, isGood: (one: string) => boolean, f: Format): string | undefined {
  const typed = listIn(text);
  return typed.length ? f.list(typed.filter(isGood)) || UNCLEAR : undefined;
}

/** Unless the sentence says that it reads. */
const methodsIn = (draft: Draft, f: Format): string | undefined =>
  draft.methods && !onlyReads(draft) ? f.list(draft.methods) : undefined;

/** '' where there are some and none is chosen. */
function scopesOf(draft: Draft, offered: Service['scopes'], f: Format): string | undefined {
  const chosen = scopesIn(draft);
  if (!chosen.length && !offered.length) return undefined;
  return f.list(chosen.map((name) => offered.find((one) => one.name === name)?.title ?? name));
}

/** Where services say what their scopes are for, and each that is chosen only reads. */
function readsOnly(draft: Draft, reached: readonly Service[]): boolean {
  const offered = reached.flatMap(({ scopes }) => scopes);
  const chosen = scopesIn(draft);
  const isAllKnown = draft.onlyServices && reached.length === servicesIn(draft).length;
  return (
    isAllKnown &&
    chosen.length > 0 &&
    reached.every(({ scopes }) => scopes.length > 0) &&
    chosen.every((name) => offered.find((one) => one.name === name)?.readOnly)
  );
}

/** What the key may do, in one sentence; each odd part is what was decided. Never more than what is chosen. */
export function sentenceParts(
  { draft, services, roles, policy }: Facts,
  t: Texts['newKey'],
  f: Format,
): string[] {
  const wrong = errorsIn(draft, policy, t);
  const titleOf = (audience: string) => services.find((one) => one.audience === audience)?.title ?? audience;
  const reached = reachedServices(draft, services);
  const ownRoles = roles.length ? f.list(roles) : undefined;
  return t.sentence({
    reads: onlyReads(draft) || readsOnly(draft, reached),
    services: draft.onlyServices ? f.list(servicesIn(draft).map(titleOf)) : undefined,
    scopes: scopesOf(
      draft,
      reached.flatMap(({ scopes }) => scopes),
      f,
    ),
    until: wrong.end ? UNCLEAR : endIn(draft, f),
    networks: limitIn(draft.networks, isNetwork, f),
    pages: limitIn(draft.referers, isHost, f),
    roles: draft.onlyRoles ? f.list(draft.roles) : ownRoles,
    methods: methodsIn(draft, f),
    rate: wrong.rate ? UNCLEAR : draft.rate.trim() || undefined,
    inUrl: draft.inUrl && policy.keysInUrl,
  });
}
