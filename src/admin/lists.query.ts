import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { AUDIT_ACTIONS } from '../audit/audit-action.js';
import type { AuditAction } from '../audit/audit-action.js';
import { IsInstant } from '../platform/is-instant.js';
import { PageQuery } from '../platform/page.query.js';
import { PLAIN } from '../platform/plain-text.js';

export class OwnersQuery extends PageQuery {
  /**
   * The beginning of an id, login or name, upper or lower case.
   * @example ali
   */
  @IsOptional()
  @IsString()
  @Length(1, 256)
  @Matches(PLAIN)
  q?: string;

  /** The nextCursor of the previous page. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  @Matches(PLAIN)
  cursor?: string;
}

export class AuditQuery extends PageQuery {
  @IsOptional()
  @IsIn(AUDIT_ACTIONS)
  action?: AuditAction;

  /** Who did it: a person's id, or a login in upper or lower case. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  @Matches(PLAIN)
  actor?: string;

  /** To whom: a person's id, or a login in upper or lower case. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  @Matches(PLAIN)
  owner?: string;

  /** @example key_4kT9mQ2sWxYb7RzN */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(PLAIN)
  key?: string;

  /**
   * From this instant on.
   * @example 2026-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  from?: string;

  /**
   * Before this instant.
   * @example 2027-01-31T12:00:00Z
   */
  @IsOptional()
  @IsInstant()
  to?: string;

  /** The nextCursor of the previous page. */
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'cursor must be the nextCursor of the previous page, unchanged' })
  cursor?: string;

  /** `ndjson`: all of them, one per line, latest first. */
  @IsOptional()
  @IsIn(['json', 'ndjson'])
  format?: 'json' | 'ndjson';
}
