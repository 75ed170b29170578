const WRITTEN =
  /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/;
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59Z');
const DAY = 86_400_000;

/**
 * A date as the predecessor's database holds it, as an ISO 8601 instant in UTC with six digits; undefined when
 * the text is no date. Without an offset of its own it is local time of `zone`, the old sessions' time zone.
 */
export function instantOf(text: string, zone: string): string | undefined {
  const [, day, time = '00:00', fraction = '', offset] = WRITTEN.exec(text) ?? [];
  if (!day) return undefined;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const wall = Date.parse(`${day}T${seconds}Z`);
  // V8 reads 30 February as 2 March.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(`${day}T${seconds}`)) return undefined;
  return inRange(utcOf(wall, offset, zone)).replace('.000Z', `.${fraction.padEnd(6, '0')}Z`);
}

/** The database's dates end with the year 9999, which time zones may pass by hours. */
const inRange = (ms: number): string => new Date(Math.min(LATEST, Math.max(EARLIEST, ms))).toISOString();

const utcOf = (wall: number, offset: string | undefined, zone: string): number =>
  offset ? wall - offsetOf(offset) : localToUtc(wall, zone);

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', '') || 0);
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Of an hour that comes twice the second, as PostgreSQL reads it: a key must not end early. */
function localToUtc(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const before = zoneOffset(wall - DAY, zone);
  const after = zoneOffset(wall + DAY, zone);
  const fits = [wall - before, wall - after].filter((ms) => ms + zoneOffset(ms, zone) === wall);
  return fits.length ? Math.max(...fits) : wall - before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const twoDigits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const options = { hourCycle: 'h23', year: 'numeric', ...twoDigits, second: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options });
  formats.set(zone, format);
  return format;
}

/** Milliseconds by which the zone's clocks are ahead of UTC at that instant. */
function zoneOffset(ms: number, zone: string): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const day = `+${parts.get('year')!.padStart(6, '0')}-${parts.get('month')}-${parts.get('day')}`;
  return Date.parse(`${day}T${parts.get('hour')}:${parts.get('minute')}:${parts.get('second')}Z`) - ms;
}
