import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Written } from './batch-lane.js';
import { UsageFlusher } from './usage-flusher.js';
import { ACCEPTED } from './usage-recorder.js';
import type { Count } from './usage-recorder.js';
import type { Window } from './usage.query.js';
import { WRITTEN } from './write-uses.js';

/** What was counted in one hour or day, of one key or of all. */
export interface Counted {
  /** '': of all. */
  readonly keyId: string;
  /** The beginning, in milliseconds since 1970. */
  readonly at: number;
  /** '': the caller named none. */
  readonly audience: string;
  /** VALID, or that of the refusal. */
  readonly code: string;
  readonly count: number;
}

export interface Series {
  /** The beginnings of all hours or days of the window, in milliseconds since 1970. */
  readonly beginnings: readonly number[];
  readonly counted: readonly Counted[];
}

interface Row extends Omit<Counted, 'at'> {
  /** null: this row tells the last batches of this process that are in the others. */
  readonly at: number | null;
  readonly written: Written | null;
}

// The parameters of all that is read: of a window from its first hour or day on, of whom, and who reads.
const [FROM, TO, STEP, ZONE] = ['to_timestamp($1::float8 / 1000)', '$2::timestamptz', '$3::text', '$4::text'];
const AUDIENCE = '($5::text IS NULL OR audience = $5::text)';
const [KEYS, READER] = ['$6::text[]', '$7::text[]'];

const millis = (instant: string): string => `(extract(epoch FROM ${instant}) * 1000)::float8`;
const LAST = `${TO} - interval '1 ms'`;

const BEGINNINGS = `
  SELECT ${millis(`at AT TIME ZONE ${ZONE}`)} AS at
  FROM generate_series(date_trunc(${STEP}, $1::timestamptz AT TIME ZONE ${ZONE}), (${LAST}) AT TIME ZONE ${ZONE},
    ('1 ' || ${STEP})::interval) AS at`;
const HOURS = `
  SELECT key_id AS "keyId", ${millis(`date_trunc(${STEP}, hour, ${ZONE})`)} AS at, audience, code,
    sum(count)::float8 AS count, NULL::json AS written
  FROM usage_hours WHERE key_id = ANY(${KEYS}) AND hour >= ${FROM} AND hour < ${TO} AND ${AUDIENCE} GROUP BY 1, 2, 3, 4`;
/** A day of UTC stands for that of the same date elsewhere. */
const DAYS = `
  SELECT key_id, ${millis(`day::timestamp AT TIME ZONE ${ZONE}`)}, audience, code, sum(count)::float8, NULL
  FROM usage_days WHERE ${STEP} = 'day' AND key_id = ANY(${KEYS}) AND ${AUDIENCE}
    AND day >= (${FROM} AT TIME ZONE ${ZONE})::date AND day <= ((${LAST}) AT TIME ZONE ${ZONE})::date
  GROUP BY 1, 2, 3, 4`;
/** One statement sees the counts and which batches are in them at one and the same instant. */
const BATCH = `
  SELECT NULL, NULL, NULL, NULL, NULL, ${WRITTEN} FROM usage_writers WHERE id = ANY(${READER})`;
const OF_KEYS = `${HOURS} UNION ALL ${DAYS} UNION ALL ${BATCH}`;
const OF_ALL = `
  SELECT '' AS "keyId", ${millis(`date_trunc(${STEP}, hour, ${ZONE})`)} AS at, audience, code,
    sum(count)::float8 AS count, NULL::json AS written
  FROM usage_of_all WHERE ${KEYS} IS NULL AND hour >= ${FROM} AND hour < ${TO} AND ${AUDIENCE} GROUP BY 2, 3, 4
  UNION ALL ${BATCH}`;

const ACCEPTED_SINCE = `
  SELECT key_id AS "keyId", audience, sum(count)::float8 AS count FROM (
    SELECT key_id, audience, count FROM usage_hours
    WHERE key_id = ANY($1) AND code = '${ACCEPTED}' AND hour >= $2
    UNION ALL
    SELECT key_id, audience, count FROM usage_days
    WHERE key_id = ANY($1) AND code = '${ACCEPTED}' AND day >= ($2 AT TIME ZONE 'UTC')::date
  ) AS used GROUP BY key_id, audience`;

/** The use of keys over time. Reading writes nothing: what isn't written yet is added. */
@Injectable()
export class UsageSeries {
  constructor(
    @InjectDataSource() private readonly source: DataSource,
    private readonly flusher: UsageFlusher,
  ) {}

  ofKeys(keyIds: readonly string[], window: Window): Promise<Series> {
    const wanted = new Set(keyIds);
    return this.read(OF_KEYS, keyIds, window, (keyId) => (wanted.has(keyId) ? keyId : undefined));
  }

  ofAll(window: Window): Promise<Series> {
    return this.read(OF_ALL, null, window, () => '');
  }

  /** How often each of these keys passed since then, by audience, as far as it is written; one that did not is missing. */
  async acceptedSince(keyIds: readonly string[], since: Date): Promise<Map<string, Map<string, number>>> {
    const rows = await this.source.query<Omit<Counted, 'at' | 'code'>[]>(ACCEPTED_SINCE, [keyIds, since]);
    const found = new Map<string, Map<string, number>>();
    for (const { keyId, audience, count } of rows)
      found.set(keyId, (found.get(keyId) ?? new Map<string, number>()).set(audience, count));
    return found;
  }

  /** @param nameOf under which id a key's counts are told; undefined: they aren't */
  private read(
    statement: string,
    keyIds: readonly string[] | null,
    window: Window,
    nameOf: (keyId: string) => string | undefined,
  ): Promise<Series> {
    return this.flusher.inTurn(async () => {
      const { from, to, step, audience = null } = window;
      // Hours are those of UTC everywhere: zones that differ by half an hour have none of their own here.
      const timeZone = step === 'hour' ? 'UTC' : window.timeZone;
      const starts = await this.source.query<{ at: number }[]>(BEGINNINGS, [from, to, step, timeZone]);
      const beginnings = starts.map(({ at }) => at);
      const asked = [beginnings[0], to, step, timeZone, audience, keyIds, this.flusher.writers];
      const rows = await this.source.query<Row[]>(statement, asked);
      const counted = rows.filter((row): row is Row & Counted => row.at !== null);
      const written = rows.find(({ at }) => at === null)!.written!;
      return { beginnings, counted: [...counted, ...this.pending(written, { beginnings, window, nameOf })] };
    });
  }

  private pending(written: Written, { beginnings, window, nameOf }: Wanted): Counted[] {
    const { to, audience = null } = window;
    const isWanted = (count: Count): boolean =>
      count.hour >= beginnings[0]! &&
      count.hour < to.getTime() &&
      (audience ?? count.audience) === count.audience;
    return [...this.flusher.missing(written)].flatMap(({ keyId, counts }) => {
      const name = nameOf(keyId);
      if (name === undefined) return [];
      const beginningOf = (hour: number): number => beginnings.findLast((beginning) => beginning <= hour)!;
      return counts
        .filter(isWanted)
        .map(({ hour, ...count }) => ({ keyId: name, at: beginningOf(hour), ...count }));
    });
  }
}

interface Wanted {
  readonly beginnings: readonly number[];
  readonly window: Window;
  readonly nameOf: (keyId: string) => string | undefined;
}
