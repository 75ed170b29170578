import { OPERATOR } from '../changes/changes.js';
import type { Owner } from '../owners/owner.entity.js';
import type { Parts } from './parts.js';
import { visible } from './shown-keys.js';
import type { Terminal } from './terminal.js';
import type { Wish } from './wish.js';

/** All of it in one change, once somebody has agreed. @returns whether it was done */
export async function revokeAll(parts: Parts, wish: Wish, terminal: Terminal): Promise<boolean> {
  const owner = await ownerOf(parts, wish.owner!, terminal);
  if (!owner) return false;
  const { live, disabled, expired } = await parts.lists.counts({ ownerIds: [owner.id] });
  const question = `Revoke all keys of ${label(owner)} for good: ${live} live, ${disabled} disabled, ${expired} expired? [y/N] `;
  if (!wish.yes && !/^y(?:es)?$/i.test((await terminal.ask(question)).trim())) {
    terminal.err('Nothing was done.\n');
    return false;
  }
  await sayEnded(owner, await parts.changes.revokeAll(owner.id, OPERATOR, wish.reason), terminal);
  return true;
}

/** As an administrator does it. @returns whether it was done @throws DomainError not-found */
export async function erase(parts: Parts, wish: Wish, terminal: Terminal): Promise<boolean> {
  // By the id alone: a login may be that of several people.
  await eraseOwner(parts, await parts.owners.get(wish.owner!), terminal);
  return true;
}

export async function eraseOwner(parts: Parts, owner: Owner, terminal: Terminal): Promise<void> {
  await sayEnded(owner, await parts.erasure.erase(owner.id, OPERATOR), terminal);
  await terminal.out(
    `Erased: what ${visible(owner.id)} was called is gone, from the audit too. The id stays.\n`,
  );
}

/** Those of this id or login; none: that is said. */
export async function idsOf({ owners }: Parts, name: string, terminal: Terminal): Promise<string[]> {
  const ids = await owners.idsOf(name);
  if (ids.length === 0) terminal.err('Nobody has this id or login.\n');
  return ids;
}

const sayEnded = (owner: Owner, ended: number, terminal: Terminal): Promise<void> =>
  terminal.out(`Keys of ${label(owner)} that were revoked: ${ended}.\n`);

/** undefined: nobody, or it isn't clear who; that is said. */
async function ownerOf(parts: Parts, name: string, terminal: Terminal): Promise<Owner | undefined> {
  const ids = await idsOf(parts, name, terminal);
  const id =
    ids.includes(name) || ids.length === 1 ? (ids.find((one) => one === name) ?? ids[0]!) : undefined;
  if (id !== undefined) return parts.owners.get(id);
  if (ids.length) terminal.err(`Several people have this login. Give the id: ${visible(ids.join(', '))}.\n`);
  return undefined;
}

const label = ({ id, login }: Owner): string => visible(login === null ? id : `${login} (${id})`);
