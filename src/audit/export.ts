import { createHash, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ChainCheck } from './chain.js';
import type { ChainedLine } from './chain.js';
import { publicKeyOf, publicTextOf } from './export-key.js';

/** The last line: what the signature is over is the SHA-256 of all bytes before it. */
interface Seal {
  readonly rows: number;
  readonly firstHash: string;
  readonly lastHash: string;
  readonly sha256: string;
  readonly signature: string;
  readonly publicKey: string;
}

interface ExportedLine {
  readonly number: number;
  readonly hash: string;
  readonly content: string;
  readonly login?: string;
  readonly salt?: string;
}

/** What is wrong with an exported file. */
export class ExportError extends Error {}

/** The chain as signed NDJSON, in pieces. @throws BrokenChain at the first line that is not whole */
export async function* exportChain(
  batches: AsyncIterable<readonly ChainedLine[]>,
  key: KeyObject,
): AsyncGenerator<string> {
  const check = new ChainCheck();
  const digest = createHash('sha256');
  for await (const batch of batches) {
    const text = batch.map((line) => {
      check.add(line);
      return `${JSON.stringify(exported(line))}\n`;
    });
    const piece = text.join('');
    digest.update(piece);
    yield piece;
  }
  yield `${JSON.stringify(seal(check, digest.digest(), key))}\n`;
}

const exported = ({ number, hash, content, login }: ChainedLine): ExportedLine => ({
  number: Number(number),
  hash: hash.toString('hex'),
  content,
  ...(login && { login: login.login, salt: login.salt.toString('hex') }),
});

function seal({ rows, first, last }: ChainCheck, sha256: Buffer, key: KeyObject): Seal {
  return {
    rows: Number(rows),
    firstHash: first.toString('hex'),
    lastHash: last.toString('hex'),
    sha256: sha256.toString('hex'),
    signature: sign(null, sha256, key).toString('base64'),
    publicKey: publicTextOf(key),
  };
}

export interface CheckedExport {
  readonly rows: number;
  readonly lastHash: string;
  /** Proves nothing by itself: is it the one that the installation told? */
  readonly publicKey: string;
}

/** Reads an exported file without a database. @throws BrokenChain, or ExportError naming what else is wrong with it */
export async function checkExport(lines: AsyncIterable<string>): Promise<CheckedExport> {
  const check = new ChainCheck();
  const digest = createHash('sha256');
  let held: string | undefined;
  for await (const line of lines) {
    if (held !== undefined) {
      digest.update(`${held}\n`);
      check.add(imported(held));
    }
    held = line;
  }
  const end = readObject<Seal>(held ?? '');
  expectSeal(end, check, digest.digest());
  return { rows: end.rows, lastHash: end.lastHash, publicKey: end.publicKey };
}

function imported(text: string): ChainedLine {
  const { number, hash, content, login, salt } = readObject<ExportedLine>(text);
  if (!Number.isSafeInteger(number) || typeof hash !== 'string' || typeof content !== 'string')
    throw new ExportError('A line of the file is not part of an export.');
  const { actorId } = readObject<{ actorId: string | null }>(content);
  return {
    number: BigInt(number),
    hash: Buffer.from(hash, 'hex'),
    content,
    login:
      login === undefined
        ? null
        : { ownerId: String(actorId), login, salt: Buffer.from(String(salt), 'hex') },
  };
}

function readObject<T extends object>(text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as T;
  } catch {
    // The same sentence as for anything else that is no object.
  }
  throw new ExportError('The file was cut off, or one of its lines is not part of an export.');
}

function expectSeal(end: Seal, { rows, first, last }: ChainCheck, sha256: Buffer): void {
  if (typeof end.signature !== 'string' || typeof end.publicKey !== 'string')
    throw new ExportError('The file ends without a signature: it was cut off.');
  const said = [end.rows, end.firstHash, end.lastHash, end.sha256];
  const found = [Number(rows), ...[first, last, sha256].map((hash) => hash.toString('hex'))];
  if (said.some((value, index) => value !== found[index]))
    throw new ExportError('The last line does not match the lines before it.');
  if (!isSigned(sha256, end)) throw new ExportError('The signature does not match its public key.');
}

function isSigned(sha256: Buffer, { publicKey, signature }: Seal): boolean {
  try {
    return verify(null, sha256, publicKeyOf(publicKey), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
