import type { KeyFilter } from '../inventory/key-filter.js';
import { keyTable } from '../inventory/key-table.js';
import { idsOf } from './change-owners.js';
import { forEachKey } from './named-keys.js';
import type { Parts } from './parts.js';
import { details, jsonLine, Table } from './shown-keys.js';
import type { Terminal } from './terminal.js';
import type { Wish } from './wish.js';

/** @returns whether there is anybody whose keys could be listed */
export async function list(parts: Parts, wish: Wish, terminal: Terminal): Promise<boolean> {
  const ownerIds = wish.owner === undefined ? undefined : await idsOf(parts, wish.owner, terminal);
  if (ownerIds?.length === 0) return false;
  let isEmpty = true;
  for await (const text of linesOf(parts, { ...wish.filter, ownerIds }, wish.form)) {
    isEmpty = false;
    await terminal.out(text);
  }
  if (isEmpty) terminal.err('No keys match.\n');
  return true;
}

async function* linesOf(
  { lists, records }: Parts,
  filter: KeyFilter,
  form: Wish['form'],
): AsyncIterable<string> {
  const found = lists.all(filter, '-created');
  if (form === 'csv') {
    for await (const piece of await keyTable(found, records)) yield String(piece);
    return;
  }
  const table = new Table();
  for await (const keys of found) {
    const owned = await records.owned(keys);
    yield form === 'json' ? owned.map(jsonLine).join('') : table.add(owned);
  }
}

/** @returns whether there is such a key */
export const show = (parts: Parts, { keys, form }: Wish, terminal: Terminal): Promise<boolean> =>
  forEachKey(parts, keys, terminal, async (key) => {
    const owner = await parts.owners.get(key.ownerId);
    const [record] = await parts.records.owned([key], () => owner);
    return form === 'json' ? jsonLine(record!) : details(record!);
  });
