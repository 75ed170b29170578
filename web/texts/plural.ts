type Counter = (n: number, one: string, many: string) => string;

/** "1 key", "1,200 keys", as the language counts. */
export function counterFor(language: string): Counter {
  const number = new Intl.NumberFormat(language);
  const rules = new Intl.PluralRules(language);
  return (n, one, many) => `${number.format(n)} ${rules.select(n) === 'one' ? one : many}`;
}
