import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { KeyListQuery } from '../inventory/key-list.query.js';
import { PLAIN } from '../platform/plain-text.js';

export class AdminKeysQuery extends KeyListQuery {
  /**
   * Only keys of this person: an id or a login.
   * @example alice
   */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  @Matches(PLAIN)
  owner?: string;

  /** `csv`: all of them, without pages; `Accept: text/csv` asks for the same. */
  @IsOptional()
  @IsIn(['csv', 'json'])
  format?: 'csv' | 'json';
}
