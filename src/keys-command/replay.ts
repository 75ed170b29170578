import { checkExport } from '../audit/export.js';
import { linesOf } from '../audit/export-lines.js';
import { whatEnded } from '../audit/what-ended.js';
import type { Fate } from '../audit/what-ended.js';
import { DomainError } from '../platform/domain-error.js';
import type { ApiKey } from '../api-keys/api-key.entity.js';
import { disable, revoke } from './change-keys.js';
import { eraseOwner } from './change-owners.js';
import type { Parts } from './parts.js';
import { visible } from './shown-keys.js';
import type { Terminal } from './terminal.js';
import type { Wish } from './wish.js';

/** Nothing is done that could be undone by mistake: keys are ended, and none is made or brought back. */
const ENDINGS = { revoked: revoke, disabled: disable };

/**
 * Ends in a restored database what had ended since it was saved, as an export of the audit tells.
 * @returns whether nothing is left for the operator to do @throws Error when the export is none, or is older than the database
 */
export async function replay(parts: Parts, { from }: Wish, terminal: Terminal): Promise<boolean> {
  const { rows: exported } = await checkExport(linesOf(from!));
  const { rows } = await parts.trail.state();
  if (exported < rows)
    throw new Error(
      `The export ends before the database does (${exported} lines, and ${rows} here): take a later one.`,
    );
  const { keys, erasedOwners } = await whatEnded(linesOf(from!), rows, parts.clock.millis());
  let isDone = true;
  for (const [id, fate] of keys) isDone = (await replayKey(parts, id, fate, terminal)) && isDone;
  for (const id of erasedOwners) await eraseAgain(parts, id, terminal);
  await terminal.out(`${exported - rows} lines of the audit are later than the database.\n`);
  return isDone;
}

async function replayKey(parts: Parts, id: string, fate: Fate, terminal: Terminal): Promise<boolean> {
  const key = await there(() => parts.keys.get({ id }));
  // Made after the database was saved: nobody can use it.
  if (!key) return true;
  if (fate.end && !isOver(key, fate.end))
    await terminal.out(`${id}: ${await ENDINGS[fate.end](parts, key, reasonOf(fate))}\n`);
  if (fate.end === 'revoked' || fate.changed.length === 0) return true;
  const fields = [...new Set(fate.changed)].join(', ');
  terminal.err(
    `${id}: not done. It was changed later (${visible(fields)}): its owner has to do that again.\n`,
  );
  return false;
}

const isOver = ({ revokedAt, enabled }: ApiKey, end: 'revoked' | 'disabled'): boolean =>
  revokedAt !== null || (end === 'disabled' && !enabled);

const reasonOf = ({ reason }: Fate): string =>
  (reason === null ? 'restored' : `restored: ${reason}`).slice(0, 255);

async function eraseAgain(parts: Parts, id: string, terminal: Terminal): Promise<void> {
  const owner = await there(() => parts.owners.get(id));
  if (owner?.login != null) await eraseOwner(parts, owner, terminal);
}

async function there<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
