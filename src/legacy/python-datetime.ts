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
  const [, day, rest] = SPLIT.exec(input) ?? [];
  const date = DATE.exec(day ?? '');
  if (!date || (rest === undefined && input !== day)) return undefined;
  const offset = OFFSET.exec(rest ?? '')?.[1];
  const clock = rest === undefined ? '00' : rest.slice(0, rest.length - (offset?.length ?? 0));
  const time = TIME.exec(clock);
  return time ? assemble(date, time, offset) : undefined;
}

function assemble(
  date: RegExpExecArray,
  time: RegExpExecArray,
  offset: string | undefined,
): PythonDatetime | undefined {
  const [, year, month, day] = date;
  const [, hour, minute = '00', second = '00', fraction = ''] = time;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const wall = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const zone = offset === undefined ? undefined : canonicalOffset(offset);
  const asUtc = new Date(`${wall}Z`);
  // Date takes 24:00 and rolls over; Python refuses hours, and days that a month has not.
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(wall) || year === '0000')
    return undefined;
  if (zone === null) return undefined;
  const millis = Date.parse(`${wall}.${micros.slice(0, 3)}${zone ?? 'Z'}`);
  const tail = Number(micros) ? `.${micros}` : '';
  return { instant: new Date(millis), text: `${wall.replace('T', ' ')}${tail}${zone ?? ''}` };
}

/** null: an offset of a day or more. */
function canonicalOffset(offset: string): string | null {
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
