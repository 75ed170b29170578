type Distance = readonly [amount: number, unit: Intl.RelativeTimeFormatUnit];

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const MONTH_S = 2_629_800;
/** Up to there "in 17 months" says more than a year does. */
const MOST_MONTHS = 36;

/** How far an instant is from another, in the unit in which one would say it; less than a minute is 0 seconds: now. */
export function distance(at: Date, now: Date): Distance {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 0.99 * MINUTE_S) return [0, 'second'];
  if (size < 0.99 * HOUR_S) return [Math.round(seconds / MINUTE_S), 'minute'];
  // A month and a bit is told by days: "in 30 days", as the presets say it.
  if (size < 2 * MONTH_S) return inDays(at, now, seconds);
  const months = Math.round(seconds / MONTH_S);
  const isYears = months % 12 === 0 || Math.abs(months) > MOST_MONTHS;
  return isYears ? [Math.round(months / 12), 'year'] : [months, 'month'];
}

/** By the calendar, for "tomorrow" is a day of it; what is less than a day away, by the clock. */
function inDays(at: Date, now: Date, seconds: number): Distance {
  const days = Math.round((dayOf(at) - dayOf(now)) / DAY_S);
  // On the day on which the clock goes back, more than a day away may be today.
  const isByClock = Math.abs(seconds) < 0.99 * DAY_S || days === 0;
  return isByClock ? [Math.round(seconds / HOUR_S), 'hour'] : [days, 'day'];
}

/** The seconds of its day, where the person is; as if each had 24 hours. */
const dayOf = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 1000;
