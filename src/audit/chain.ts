import { createHash } from 'node:crypto';
import { loginHash } from './logins.js';

/** A line as it is proven: `content` is the text that the hash is made of, in UTF-8. */
export interface ChainedLine {
  /** From 1, without gaps. */
  readonly number: bigint;
  readonly hash: Buffer;
  readonly content: string;
  /** null: nobody was signed in, or whoever it was has been erased. */
  readonly login: { readonly ownerId: string; readonly login: string; readonly salt: Buffer } | null;
}

/** The first line that is not as it was written. */
interface Break {
  readonly number: bigint;
  readonly why: 'changed' | 'missing' | 'login edited';
}

interface Content {
  readonly number: number;
  readonly actorId: string | null;
  readonly loginHash: string | null;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Takes the lines in their order, from the first on. */
export class ChainCheck {
  rows = 0n;
  /** Lines whose maker was erased. */
  erased = 0;
  first = NOTHING;
  last = NOTHING;

  /** @throws BrokenChain unless it follows the line before, unchanged */
  add(line: ChainedLine): void {
    const broken = this.take(line);
    if (broken) throw new BrokenChain(broken);
  }

  private take(line: ChainedLine): Break | undefined {
    const { number, hash, login } = line;
    const said = this.follows(line);
    if (number > this.rows + 1n) return { number: this.rows + 1n, why: 'missing' };
    if (!said) return { number, why: 'changed' };
    if (login && !isLoginOf(said, login)) return { number, why: 'login edited' };
    if (!login && said.loginHash !== null) this.erased += 1;
    if (this.rows === 0n) this.first = hash;
    this.rows = number;
    this.last = hash;
    return undefined;
  }

  /** What the line says; undefined: it is not what was written behind the line before. */
  private follows({ number, hash, content }: ChainedLine): Content | undefined {
    const proven = createHash('sha256').update(this.last).update(content).digest();
    if (number !== this.rows + 1n || !proven.equals(hash)) return undefined;
    const said = JSON.parse(content) as Content;
    return BigInt(said.number) === number ? said : undefined;
  }
}

const isLoginOf = (said: Content, { ownerId, login, salt }: NonNullable<ChainedLine['login']>): boolean =>
  said.actorId === ownerId && said.loginHash === loginHash(salt, ownerId, login).toString('hex');

/** A chain that is not whole, with the sentence for whoever runs the program. */
export class BrokenChain extends Error {
  constructor({ number, why }: Break) {
    super(SENTENCES[why](number));
  }
}

const SENTENCES: Readonly<Record<Break['why'], (number: bigint) => string>> = {
  changed: (number) => `Line ${number} was changed, or the one before it together with its hash.`,
  missing: (number) => `Line ${number} is missing.`,
  'login edited': (number) => `Line ${number}: the login beside it was edited.`,
};
