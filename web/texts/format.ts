import { distance } from './relative.js';

type When = string | Date;

/** How numbers and times are written in a language, in the zone of whoever reads. */
export interface Format {
  readonly number: (value: number) => string;
  /** "in 6 days", "3 hours ago", "just now". */
  readonly relative: (at: When, now?: Date) => string;
  /** The day: "25 December 2026". */
  readonly day: (at: When) => string;
  /** The same, as short as it is understood: "25 Dec 2026". */
  readonly shortDay: (at: When) => string;
  /** Below a chart: "3 Nov". */
  readonly axisDay: (at: When) => string;
  /** "14:00". */
  readonly hour: (at: When) => string;
  /** "1.2K". */
  readonly short: (value: number) => string;
  /** For what is hours away: "25 Dec, 14:00". */
  readonly moment: (at: When) => string;
  /** When something ends: the day, and the time as well where it is near. */
  readonly end: (at: When, now?: Date) => string;
  /** To the second: "25 Dec 2026, 14:00:09". */
  readonly instant: (at: When) => string;
  /** Day, time and zone: what a tooltip tells. */
  readonly exact: (at: When) => string;
  /** "reader, writer and admin". */
  readonly list: (items: readonly string[]) => string;
  /** "6 days", "1 hour". */
  readonly duration: (hours: number) => string;
  /** "5 seconds", "5 minutes", "1 day". */
  readonly period: (seconds: number) => string;
}

/** @param language of the texts; dates are written as the browser's own region does it */
export function formatFor(language: string, justNow: string): Format {
  const locale = window.navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  // "Next year" may be eleven months away, or twenty-three.
  const counted = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const shortDay = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const axisDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const hour = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const short = new Intl.NumberFormat(locale, { notation: 'compact' });
  const moment = new Intl.DateTimeFormat(locale, {
    ...{ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  });
  const exact = new Intl.DateTimeFormat(locale, {
    ...{ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
  });
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const measure = ([amount, unit]: readonly [number, string]): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
  return {
    number: (value) => number.format(value),
    relative: (at, now = new Date()) => {
      const [amount, unit] = distance(new Date(at), now);
      if (amount === 0) return new Date(at) <= now ? justNow : relative.format(0, 'second');
      return (unit === 'day' ? relative : counted).format(amount, unit);
    },
    day: (at) => day.format(new Date(at)),
    shortDay: (at) => shortDay.format(new Date(at)),
    axisDay: (at) => axisDay.format(new Date(at)),
    hour: (at) => hour.format(new Date(at)),
    short: (value) => short.format(value),
    moment: (at) => moment.format(new Date(at)),
    end: (at, now = new Date()) => (isNear(new Date(at), now) ? moment : day).format(new Date(at)),
    instant: (at) => instant.format(new Date(at)),
    exact: (at) => exact.format(new Date(at)),
    list: (items) => list.format(items),
    duration: (hours) => measure(inFull(hours)),
    period: (seconds) => measure(inFullOfSeconds(seconds)),
  };
}

const NEAR_MS = 2 * 86_400_000;
const isNear = (at: Date, now: Date): boolean => Math.abs(at.getTime() - now.getTime()) < NEAR_MS;

function inFullOfSeconds(seconds: number): readonly [amount: number, unit: string] {
  if (seconds % 3600 === 0 && seconds > 0) return inFull(seconds / 3600);
  return seconds % 60 === 0 && seconds > 0 ? [seconds / 60, 'minute'] : [seconds, 'second'];
}

/** In the largest unit that needs no fraction: 90 days are no 3 months. */
function inFull(hours: number): [amount: number, unit: 'year' | 'day' | 'hour'] {
  if (hours % 8760 === 0) return [hours / 8760, 'year'];
  return hours % 24 === 0 ? [hours / 24, 'day'] : [Math.round(hours * 10) / 10, 'hour'];
}
