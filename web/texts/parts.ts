/** Of a sentence: what leads to a value and the value; nothing where there is none, `empty` where it is an empty one. */
export function part(
  before: string,
  value: string | undefined,
  empty: readonly string[] = [],
): readonly string[] {
  if (value === undefined) return [];
  return value ? [before, value] : empty;
}

/** With a full stop, where no other sign ends it. */
export const ended = (sentence: string): string =>
  /[.!?…]$/.test(sentence.trim()) ? sentence : `${sentence}.`;

/** What stands under a name that comes from the server; undefined: nothing does. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined => table[name];
