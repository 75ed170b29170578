/** A date as Python's datetime.fromisoformat reads it and as str() prints it. */
export interface PythonDatetime {
  /** A date without offset is UTC. */
  readonly instant: Date;
  /** `YYYY-MM-DD HH:MM:SS[.ffffff][±HH:MM]`, the offset as given. */
  readonly text: string;
}

const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;
const TIME = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?$/;
const OFFSET = /(Z|[+-]\d{2}(?::?\d{2})?)$/;
const SPLIT = /^(\d{4}-\d{2}-\d{2}|\d{8})(?:[^\d](.+))?$/su;

/** undefined: no date, or a day that the calendar doesn't have. */
export function readPythonDatetime(input: string): PythonDatetime | undefined {
  const [, day = '', rest = '00'] = SPLIT.exec(input) ?? [];
  const date = DATE.exec(day);
  if (!date) return undefined;
  const [clock, offset] = splitOffset(rest);
  const time = TIME.exec(clock);
  const zone = canonicalOffset(offset);
  return time && zone !== null ? assemble(wallOf(date, time), microsOf(time), zone) : undefined;
}

function splitOffset(text: string): [clock: string, offset: string] {
  const [offset = ''] = OFFSET.exec(text) ?? [];
  return [text.slice(0, text.length - offset.length), offset];
}

function wallOf(
  [, year, month, day]: RegExpExecArray,
  [, hour, minute = '00', second = '00']: RegExpExecArray,
) {
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}

const microsOf = (time: RegExpExecArray): string => (time[4] ?? '').slice(0, 6).padEnd(6, '0');

/** @param zone '' or `±HH:MM`. */
function assemble(wall: string, micros: string, zone: string): PythonDatetime | undefined {
  const asUtc = new Date(`${wall}Z`);
  // Date takes 24:00 and rolls over; Python refuses hours, and days that a month has not.
  const exists = !Number.isNaN(asUtc.getTime()) && asUtc.toISOString().startsWith(wall);
  if (!exists || wall.startsWith('0000')) return undefined;
  const millis = Date.parse(`${wall}.${micros.slice(0, 3)}${zone || 'Z'}`);
  const tail = Number(micros) ? `.${micros}` : '';
  return { instant: new Date(millis), text: `${wall.replace('T', ' ')}${tail}${zone}` };
}

/** null: an offset of a day or more. */
function canonicalOffset(offset: string): string | null {
  if (offset === '') return '';
  if (offset === 'Z') return '+00:00';
  const [hours, minutes = '00'] = [offset.slice(1, 3), offset.slice(3).replace(':', '') || undefined];
  return Number(hours) < 24 && Number(minutes) < 60 ? `${offset[0]}${hours}:${minutes}` : null;
}

/** As the predecessor's lists print instants: UTC without offset, six fractional digits or none. */
export function printNaive(instant: Date): string {
  return instant
    .toISOString()
    .replace(/\.000Z$/, '')
    .replace(/Z$/, '000');
}

/** As str() prints an instant of ours: with its offset. */
export const printAware = (instant: Date): string => `${printNaive(instant).replace('T', ' ')}+00:00`;
