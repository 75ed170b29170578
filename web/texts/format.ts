const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

type When = string | Date;

/** How numbers and times are written in a language, in the zone of whoever reads. */
export interface Format {
  readonly number: (value: number) => string;
  /** "in 6 days", "3 hours ago", "now". */
  readonly relative: (at: When, now?: Date) => string;
  /** The day: "25 December 2026". */
  readonly day: (at: When) => string;
  /** "3 Nov". */
  readonly shortDay: (at: When) => string;
  /** "14:00". */
  readonly hour: (at: When) => string;
  /** "1.2K". */
  readonly short: (value: number) => string;
  /** Day and time to the minute: "25 December 2026 at 14:05". */
  readonly moment: (at: When) => string;
  /** Day, time and zone: what a tooltip tells. */
  readonly exact: (at: When) => string;
  /** "reader, writer and admin". */
  readonly list: (items: readonly string[]) => string;
  /** "6 days", "1 hour". */
  readonly duration: (hours: number) => string;
}

export function formatFor(language: string): Format {
  const number = new Intl.NumberFormat(language);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  const shortDay = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });
  const hour = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const short = new Intl.NumberFormat(language, { notation: 'compact' });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const exact = new Intl.DateTimeFormat(language, {
    ...{ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'long' },
  });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return {
    number: (value) => number.format(value),
    relative: (at, now = new Date()) => {
      const [amount, unit] = distance((new Date(at).getTime() - now.getTime()) / 1000);
      return relative.format(amount, unit);
    },
    day: (at) => day.format(new Date(at)),
    shortDay: (at) => shortDay.format(new Date(at)),
    hour: (at) => hour.format(new Date(at)),
    short: (value) => short.format(value),
    moment: (at) => moment.format(new Date(at)),
    exact: (at) => exact.format(new Date(at)),
    list: (items) => list.format(items),
    duration: (hours) => {
      const [amount, unit] = distance(hours * 3600);
      return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
    },
  };
}

/** In the largest unit of which there is one at least; less than a minute is 0 seconds: now. */
export function distance(seconds: number): [amount: number, unit: Intl.RelativeTimeFormatUnit] {
  // A month and a bit is told by days: "in 30 days", as the presets say it.
  const [unit, size] =
    UNITS.find(([name, size]) => Math.abs(seconds) >= size * (name === 'month' ? 2 : 0.99)) ?? [];
  return unit && size ? [Math.round(seconds / size), unit] : [0, 'second'];
}
