import { Transform } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn } from 'class-validator';
import { IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { KEY_STATES } from '../api-keys/key-state.js';
import type { KeyState } from '../api-keys/key-state.js';
import { IsInstant } from '../platform/is-instant.js';
import { PageQuery } from '../platform/page.query.js';
import { PLAIN } from '../platform/plain-text.js';
import { asBoolean, asList } from '../platform/query-values.js';
import type { KeyFilter } from './key-filter.js';
import { SORTS } from './orders.js';
import type { Sort } from './orders.js';

/** Which keys are listed, and in which order. All of what is given must hold. */
export class KeyListQuery extends PageQuery {
  /**
   * In any of these states, joined by commas: live, disabled, expired, revoked.
   * @example ["live", "disabled"]
   */
  @IsOptional()
  @Transform(asList)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(KEY_STATES, { each: true })
  status?: KeyState[];

  /**
   * Part of the name or the description, upper or lower case.
   * @example tiles
   */
  @IsOptional()
  @IsString()
  @Length(1, 128)
  @Matches(PLAIN)
  q?: string;

  /**
   * Its audiences include this application.
   * @example maps
   */
  @IsOptional()
  @IsString()
  @Length(1, 256)
  @Matches(PLAIN)
  audience?: string;

  /**
   * Made since this instant.
   * @example 2026-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  createdSince?: string;

  /**
   * Expires before this instant.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  expiresBefore?: string;

  /** true: never expires; false: expires. */
  @IsOptional()
  @Transform(asBoolean)
  @IsBoolean()
  neverExpires?: boolean;

  /**
   * Not used since this instant, and made before it.
   * @example 2026-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  unusedSince?: string;

  /**
   * Used since this instant.
   * @example 2026-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  usedSince?: string;

  /** With a leading minus: descending. Keys that were never used come last, whatever the direction. */
  @IsOptional()
  @IsIn(SORTS)
  sort?: Sort;

  /** The nextCursor of the previous page, with the same sort. */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  cursor?: string;
}

/** What is asked for, without sort and page. */
export function filterOf(query: KeyListQuery): KeyFilter {
  const { status, q, audience, neverExpires } = query;
  const made = { createdSince: instant(query.createdSince), expiresBefore: instant(query.expiresBefore) };
  const used = { unusedSince: instant(query.unusedSince), usedSince: instant(query.usedSince) };
  return { status, q, audience, neverExpires, ...made, ...used };
}

const instant = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
