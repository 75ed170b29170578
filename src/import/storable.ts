/** NUL and lone surrogates: PostgreSQL stores neither, the predecessor's SQLite did. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

export const isStorable = (text: string): boolean => text.search(UNSTORABLE) < 0;
export const storableText = (text: string): string => text.replace(UNSTORABLE, '\ufffd');

/** The same JSON value with texts and numbers that PostgreSQL's jsonb takes. */
export function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(storableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storableValue(member)]),
  );
}

/** The JSON text to store for a text that was read as `value`; integers of any length keep their digits. */
export function storableJson(text: string, value: unknown): string {
  const written = JSON.stringify(storableValue(value));
  const untouched = written === JSON.stringify(value);
  const longNumbers = /\d{16}/.test(text) && !/\d[eE][-+]?\d/.test(text);
  return untouched && longNumbers ? text : written;
}
