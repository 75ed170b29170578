import type { DataSource } from 'typeorm';
import type { DemoPerson, People } from './people.js';

interface Seen {
  readonly id: string;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly keys: number;
}

/** What the key manager knows of people, and how many live keys each has. */
const SEEN = `
  SELECT o.id, o.enabled, o.roles, (SELECT count(*)::int FROM api_keys k WHERE k.owner_id = o.id AND k.enabled
    AND k.revoked_at IS NULL AND (k.never_expires OR k.expires_at > now())) AS keys
  FROM owners o WHERE o.id = ANY($1)`;

/** What the switches of the demo users' page did to keys, in words. */
export class Effects {
  constructor(
    private readonly source: DataSource,
    private readonly people: People,
  ) {}

  /** By a person's id. */
  async all(): Promise<Record<string, string>> {
    const { all } = this.people;
    const seen = await this.source.query<Seen[]>(SEEN, [all.map(({ id }) => id)]);
    return Object.fromEntries(
      all.map((person) => [
        person.id,
        effectOn(
          person,
          seen.find(({ id }) => id === person.id),
        ),
      ]),
    );
  }
}

function effectOn(person: DemoPerson, seen: Seen | undefined): string {
  if (!seen) return 'Has not logged in yet, and has no keys.';
  if (person.enabled !== seen.enabled || list(person.roles) !== list(seen.roles))
    return 'The key manager has not heard of this change yet…';
  if (seen.keys === 0) return 'Has no live key.';
  const [keys, pass, are] =
    seen.keys === 1 ? ['The live key', 'passes', 'is'] : [`The ${seen.keys} live keys`, 'pass', 'are'];
  if (!seen.enabled) return `${keys} ${are} refused now: the owner is disabled.`;
  return `${keys} ${pass}, with ${list(seen.roles) || 'no role'} at most.`;
}

const list = (roles: readonly string[]): string => [...roles].sort().join(', ');

/** Keeps the words on the page as they are in the key manager. */
export const EFFECTS_SCRIPT = `'use strict';
const effectsAt = new URL('effects', document.currentScript.src);
const look = async () => {
  const answer = await fetch(effectsAt);
  const effects = answer.ok ? await answer.json() : {};
  for (const cell of document.querySelectorAll('[data-person]')) {
    const text = effects[cell.dataset.person] ?? cell.textContent;
    if (cell.textContent !== text) cell.textContent = text;
  }
};
setInterval(() => void look().catch(() => {}), 1000);
`;
