/** What PostgreSQL's text holds: no NUL, no half of a surrogate pair. Long ones are nobody's name. */
export const isStorable = (text: string, longest: number): boolean =>
  text.length <= longest && !/[\0\p{Cs}]/u.test(text);

const LONGEST_NAME = 10_000;

/** Names that can be kept as they are: a changed one might be another's. */
export const keepable = (names: readonly string[]): string[] =>
  names.filter((name) => isStorable(name, LONGEST_NAME));

/** The same text as far as it can be kept. */
export const storable = (text: string): string => text.replace(/[\0\p{Cs}]/gu, '\ufffd');
