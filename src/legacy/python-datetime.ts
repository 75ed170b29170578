/** A date as Python's datetime.fromisoformat reads it and as str() prints it. */
export interface PythonDatetime {
  /** In whole milliseconds. A date without offset is UTC. */
  readonly instant: Date;
  /** What is left of it beyond the milliseconds: 0 to 999. */
  readonly microseconds: number;
  /** `YYYY-MM-DD HH:MM:SS[.ffffff][±HH:MM[:SS[.ffffff]]]`, the offset as given. */
  readonly text: string;
}

type Three = [number, number, number];

const DAY_MS = 86_400_000;
const DAY_MICROS = DAY_MS * 1000;

const CALENDAR = /^(\d{4})(-?)(\d\d)\2(\d\d)$/;
const WEEK = /^(\d{4})(-?)W(\d\d)(?:\2(\d))?$/;
/**
 * As Python has it: with or without colons, a fraction after any of its parts, after the seconds also with a colon or
 * with nothing before it.
 */
const CLOCK = /^(\d\d)(?:(:?)(\d\d)(?:\2(\d\d))?)?(?:(?:[.,]|(?<=:\d\d:\d\d):|(?<=^\d{6})(?=\d\d))(\d+))?$/;
/** Before an offset Python doesn't look at one character more, such as a space, nor at any behind six digits of a fraction. */
const UNREAD = /(?<=^(?:\d\d:?){0,2}\d\d).$|(?<=[.,]\d{6}).*$/su;

/** undefined: no date, or a day that the calendar doesn't have. */
export function readPythonDatetime(input: string): PythonDatetime | undefined {
  const end = lengthOfDay(input);
  const day = dayOf(input.slice(0, end));
  const [separator = ''] = input.slice(end);
  const wall = separator ? clockOf(input.slice(end + separator.length)) : { micros: 0, offset: undefined };
  return day === undefined || !wall ? undefined : assemble(day, wall);
}

/** Any one character may stand behind the day, also a digit or a hyphen: the day's own form tells where it ends. */
function lengthOfDay(text: string): number {
  if (/^.{4}-W/su.test(text)) return lengthOfWeek(text);
  if (text[4] === '-') return 10;
  return /^.{4}W/su.test(text) ? lengthOfShortWeek(text) : 8;
}

/** YYYY-Www or YYYY-Www-D; a hyphen with two digits behind it begins the time. */
const lengthOfWeek = (text: string): number => (/^.{8}-(?!.\d)./su.test(text) ? 10 : 8);

/** YYYYWww or YYYYWwwD: hours, minutes and seconds come in pairs. */
function lengthOfShortWeek(text: string): number {
  const digits = /^\d*/.exec(text.slice(7))![0].length;
  if (digits < 2) return 7 + digits;
  return digits % 2 === 0 ? 8 : 7;
}

/** Milliseconds since 1970 of its midnight. */
function dayOf(text: string): number | undefined {
  const [, year, , month, day] = CALENDAR.exec(text) ?? [];
  if (!year) return weekDayOf(text);
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  // Date takes 30 February for 2 March, and has a year 0.
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(`${year}-${month}`);
  return exists && year !== '0000' ? midnight : undefined;
}

function weekDayOf(text: string): number | undefined {
  const parts = WEEK.exec(text);
  if (!parts || parts[1] === '0000') return undefined;
  const [year, week, day] = [parts[1], parts[3], parts[4] ?? 1].map(Number) as Three;
  const monday = firstMonday(year) + (week - 1) * 7 * DAY_MS;
  const exists = week > 0 && monday < firstMonday(year + 1) && day >= 1 && day <= 7;
  return exists ? monday + (day - 1) * DAY_MS : undefined;
}

/** ISO 8601: the first week is the one with 4 January. */
function firstMonday(year: number): number {
  const fourth = new Date(0);
  fourth.setUTCFullYear(year, 0, 4);
  return fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * DAY_MS;
}

interface Wall {
  readonly micros: number;
  /** Microseconds that the clock is ahead of UTC; undefined: none was given. */
  readonly offset: number | undefined;
}

function splitZone(text: string): [clock: string, zone: string] {
  const at = /[Z+-]/.exec(text)?.index ?? text.length;
  return [text.slice(0, at), text.slice(at)];
}

function clockOf(text: string): Wall | undefined {
  const [clock, zone] = splitZone(text);
  const micros = microsOf(clock) ?? microsOf(zone && clock.replace(UNREAD, ''));
  const offset = zone ? offsetOf(zone) : undefined;
  const isClock = micros !== undefined && micros < DAY_MICROS;
  return isClock && offset !== null ? { micros, offset } : undefined;
}

/** null: none, or one of a day or more. */
function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0;
  const micros = zone.startsWith('Z') ? undefined : microsOf(zone.slice(1), 99);
  if (micros === undefined || micros >= DAY_MICROS) return null;
  if (micros < 1_000_000) return 0;
  return zone.startsWith('-') ? -micros : micros;
}

/** Digits beyond the sixth are cut off. */
function microsOf(clock: string, most = 59): number | undefined {
  const parts = CLOCK.exec(clock);
  if (!parts) return undefined;
  const [hours, minutes, seconds] = [parts[1], parts[3] ?? 0, parts[4] ?? 0].map(Number) as Three;
  if (minutes > most || seconds > most) return undefined;
  const fraction = (parts[5] ?? '').slice(0, 6).padEnd(6, '0');
  return (hours * 3600 + minutes * 60 + seconds) * 1_000_000 + Number(fraction);
}

function assemble(midnight: number, { micros, offset }: Wall): PythonDatetime | undefined {
  const day = new Date(midnight).toISOString();
  // A week of the year 9999 may end in the next one.
  if (!/^\d/.test(day)) return undefined;
  const utc = micros - (offset ?? 0);
  const millis = Math.floor(utc / 1000);
  const zone = offset === undefined ? '' : printOffset(offset);
  return {
    instant: new Date(midnight + millis),
    microseconds: utc - millis * 1000,
    text: `${day.slice(0, 10)} ${printClock(micros)}${zone}`,
  };
}

const printOffset = (micros: number): string => (micros < 0 ? '-' : '+') + printClock(Math.abs(micros), true);

/** HH:MM:SS and six digits of a fraction that isn't 0; of an offset the seconds, too, only where they aren't 0. */
function printClock(micros: number, ofOffset = false): string {
  const [time, fraction] = [
    new Date(Math.floor(micros / 1000)).toISOString().slice(11, 19),
    micros % 1_000_000,
  ];
  if (fraction) return `${time}.${String(fraction).padStart(6, '0')}`;
  return ofOffset ? time.replace(/:00$/, '') : time;
}

/**
 * As the predecessor's lists print instants: UTC without offset, six fractional digits or none.
 * @param microseconds what the instant has beyond its milliseconds
 */
export function printNaive(instant: Date, microseconds = 0): string {
  return instant
    .toISOString()
    .replace(/Z$/, String(microseconds).padStart(3, '0'))
    .replace(/\.000000$/, '');
}

/** As str() prints an instant of ours: with its offset. */
export const printAware = (instant: Date, microseconds = 0): string =>
  `${printNaive(instant, microseconds).replace('T', ' ')}+00:00`;
