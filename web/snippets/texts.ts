/** Each file of texts/, by its name. */
const TEXTS = new Map(
  Object.entries(
    import.meta.glob<string>('./texts/*', { query: '?raw', import: 'default', eager: true }),
  ).map(([path, text]) => [path.slice('./texts/'.length), text.trimEnd()]),
);

/** @throws Error when there is no such text: a mistake in this folder */
export function textNamed(name: string): string {
  const text = TEXTS.get(name);
  if (text === undefined) throw new Error(`no text is called ${name}`);
  return text;
}

export const hasText = (name: string): boolean => TEXTS.has(name);

/** @param valueOf what stands in place of `{{name}}`; undefined is a mistake in the text */
export function fill(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = valueOf(name);
    if (value === undefined) throw new Error(`a text asks for ${name}`);
    return value;
  });
}
