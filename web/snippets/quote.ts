/** The languages that snippets are in. */
export type Language =
  'sh' | 'powershell' | 'python' | 'r' | 'xml' | 'ini' | 'netrc' | 'dotenv' | 'headers' | 'text';

/** How a value stands in each language, quotes included where it has any. */
const QUOTES: Readonly<Record<Language, (value: string) => string>> = {
  sh: (value) => `'${value.replaceAll("'", `'\\''`)}'`,
  // PowerShell takes the typographic quotes for quotes as well.
  powershell: (value) => `'${value.replace(/['‘’‚‛]/g, '$&$&')}'`,
  python: doubleQuoted,
  r: doubleQuoted,
  xml: (value) =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ini: oneLine,
  netrc: (value) => (isPlain(value) ? value : doubleQuoted(value)),
  // Without quotes where that can be: not every reader of such a file takes them off.
  dotenv: (value) => (isPlain(value) ? value : `'${oneLine(value).replaceAll("'", `'\\''`)}'`),
  headers: oneLine,
  text: oneLine,
};

export const quote = (value: string, language: Language): string => QUOTES[language](value);

const isPlain = (value: string): boolean => /^[\w.~:/?=%@+,-]+$/.test(value);

/** In Python and R alike. Two backslashes in front of `u` would be no escape, so backslashes go first. */
function doubleQuoted(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return `"${escaped.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, inHex)}"`;
}

function inHex(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Where a line's end would begin something else. */
export function oneLine(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}
