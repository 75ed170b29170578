import { LRUCache } from 'lru-cache';

/** What one takes besides its text. */
const OVERHEAD_BYTES = 300;

interface Made<T> {
  readonly from: object;
  readonly value: T;
}

/** What is made of a snapshot and sent with many answers, in bounded memory: one for each id, until that is read anew. */
export class AnswerCache<T> {
  private readonly made: LRUCache<string, Made<T>>;

  /** @param most in bytes */
  constructor(most: number, lengthOf: (value: T) => number) {
    this.made = new LRUCache({
      maxSize: most,
      sizeCalculation: ({ value }, id) => OVERHEAD_BYTES + id.length + lengthOf(value),
    });
  }

  /** @param from what it is made from: of another one it is made anew */
  of(id: string, from: object, make: () => T): T {
    const known = this.made.get(id);
    if (known?.from === from) return known.value;
    const value = make();
    this.made.set(id, { from, value });
    return value;
  }
}
