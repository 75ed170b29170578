import type { Queryable } from './chain-reader.js';
import { hasStrayLogin, hasUnnumbered, readChain } from './chain-reader.js';
import { BrokenChain, ChainCheck } from './chain.js';
import type { CheckedExport } from './export.js';

/** Something is broken that the number of a line alone doesn't name. */
export class TrailError extends Error {}

/** Reads the whole chain. @throws BrokenChain, TrailError */
export async function verifyChain(database: Queryable): Promise<ChainCheck> {
  const check = new ChainCheck();
  for await (const batch of readChain(database)) batch.forEach((line) => check.add(line));
  if (await hasUnnumbered(database))
    throw new TrailError('A line was added outside the chain: it has no number.');
  if (await hasStrayLogin(database))
    throw new TrailError('A login was edited so that no line refers to it any more.');
  return check;
}

/**
 * Whether the trail still goes on from where it was exported: whoever owns the database can drop its end, or write all
 * of it anew. @throws BrokenChain, TrailError
 */
export async function expectContinued(database: Queryable, { rows, lastHash }: CheckedExport): Promise<void> {
  if (rows === 0) return;
  const [line] = await database.query<{ hash: Buffer }[]>('SELECT hash FROM audit WHERE number = $1', [rows]);
  if (!line) throw new BrokenChain({ number: BigInt(rows), why: 'missing' });
  if (line.hash.toString('hex') !== lastHash)
    throw new TrailError(`Line ${rows} differs from the exported one: the trail was rewritten.`);
}
