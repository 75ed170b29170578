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
