import { isStorable, storableText } from './storable.js';

/** A JSON text in the nearest form that JSON and PostgreSQL hold; its fields in their order, its numbers with every digit. */
export interface NearestJson {
  readonly text: string;
  readonly value: unknown;
  /** What is not as it was, in sentences. */
  readonly changes: readonly string[];
}

/** Texts, numbers and the words of Python's json.dumps that JSON doesn't have. */
const PARTS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN|-?\d[\d.eE+-]*/gs;

/** @throws SyntaxError when it is no JSON, also with those words */
export function nearestJson(text: string): NearestJson {
  const changes = new Set<string>();
  const nearest = text.replace(PARTS, (part) =>
    part.startsWith('"') ? nearestText(part, changes) : nearestNumber(part, changes),
  );
  return { text: nearest, value: JSON.parse(nearest) as unknown, changes: [...changes] };
}

function nearestText(part: string, changes: Set<string>): string {
  if (!part.includes('\\u') && isStorable(part)) return part;
  const value = JSON.parse(part) as string;
  if (isStorable(value)) return part;
  const withoutNul = value.replaceAll('\0', '');
  if (withoutNul !== value) changes.add('a NUL character was left out');
  if (!isStorable(withoutNul)) changes.add('half of a surrogate pair became U+FFFD');
  return JSON.stringify(storableText(withoutNul));
}

/** Kept as it is written, yet answered as JavaScript reads it. */
function nearestNumber(part: string, changes: Set<string>): string {
  const number = Number(part);
  if (!Number.isFinite(number)) {
    changes.add(`${part} became null`);
    return 'null';
  }
  if (decimalOf(part) !== decimalOf(String(number)))
    changes.add(`the number ${part} is answered as ${number}`);
  return part;
}

/** The same text for each way to write one number. */
function decimalOf(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (!significant) return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
