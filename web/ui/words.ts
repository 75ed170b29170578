import type { Format } from '../texts/format.js';
import type { Texts } from '../texts/texts.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** A value of the API in a few words. @param nothing what stands for none */
export function inWords(value: unknown, nothing: string, { t, f }: { t: Texts; f: Format }): string {
  const { seen } = t.key;
  if (value === null || value === undefined || value === '') return nothing;
  if (typeof value === 'boolean') return value ? seen.yes : seen.no;
  if (Array.isArray(value)) return value.map(String).join(', ') || seen.empty;
  if (typeof value === 'object') return JSON.stringify(value);
  return INSTANT.test(String(value)) ? f.exact(String(value)) : String(value);
}
