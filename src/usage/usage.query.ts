import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { DomainError } from '../platform/domain-error.js';
import { IsInstant } from '../platform/is-instant.js';
import { PLAIN } from '../platform/plain-text.js';

export const STEPS = ['hour', 'day'] as const;
export type Step = (typeof STEPS)[number];

/** Which time is looked at, and how finely. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
  readonly step: Step;
  /** IANA's name, by which days begin. */
  readonly timeZone: string;
  /** Of this one alone; '': of callers that named none; undefined: of all. */
  readonly audience?: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hours are kept one by one for so many days at least. */
export const HOURS_KEPT_DAYS = 30;
const DAYS_UNLESS_GIVEN = 30;
const MOST_POINTS = 1000;

export class UsageQuery {
  /**
   * From the hour or day that this instant lies in; 30 days ago by default.
   * @example 2026-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  from?: string;

  /**
   * Before this instant; now by default.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** `day` by default. Single hours are kept for the last 30 days. */
  @IsOptional()
  @IsIn(STEPS)
  step?: Step;

  /**
   * The time zone in which days begin; UTC by default. Older than 30 days, counts are kept by days in UTC.
   * @example Europe/Paris
   */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @Matches(/^[A-Za-z]/, { message: 'tz must be the name of a time zone, for example Europe/Paris' })
  tz?: string;
}

export class UsageOfAudienceQuery extends UsageQuery {
  /**
   * Only of this application; empty: of callers that named none.
   * @example maps
   */
  @IsOptional()
  @IsString()
  @MaxLength(256)
  @Matches(PLAIN)
  audience?: string;
}

/** @throws DomainError invalid */
export function windowOf(query: UsageOfAudienceQuery, now: Date): Window {
  const { step = 'day', tz = 'UTC', audience } = query;
  const to = query.to ? new Date(query.to) : now;
  const from = query.from ? new Date(query.from) : ago(to, DAYS_UNLESS_GIVEN - 1);
  refuseUnlessShown(from, to, step);
  if (step === 'hour' && from < ago(now, HOURS_KEPT_DAYS + 1))
    throw invalid(`Single hours are kept for the last ${HOURS_KEPT_DAYS} days. Use step=day.`);
  return { from, to, step, timeZone: timeZoneOf(tz), audience };
}

function refuseUnlessShown(from: Date, to: Date, step: Step): void {
  const points = (to.getTime() - from.getTime()) / (step === 'hour' ? HOUR_MS : DAY_MS);
  if (points <= 0) throw invalid('from must be before to.');
  if (points > MOST_POINTS) throw invalid(`Ask for ${MOST_POINTS} hours or days at most.`);
}

const ago = (instant: Date, days: number): Date => new Date(instant.getTime() - days * DAY_MS);

function timeZoneOf(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw invalid('tz must be the name of a time zone, for example Europe/Paris.');
  }
}

const invalid = (sentence: string): DomainError => new DomainError('invalid', 'INVALID_REQUEST', sentence);
