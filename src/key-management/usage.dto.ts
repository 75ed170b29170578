import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsString, Length, Matches } from 'class-validator';
import { PLAIN } from '../platform/plain-text.js';
import { asList } from '../platform/query-values.js';
import { UsageQuery } from '../usage/usage.query.js';
import { CountsRecord, PlainPointRecord, WindowRecord } from '../usage/usage.record.js';

export class UsageOfKeyDto {
  /** @example key_4kT9mQ2sWxYb7RzN */
  keyId: string;

  totals: CountsRecord;

  series: PlainPointRecord[];
}

export class UsageOfKeysDto extends WindowRecord {
  /** In the order in which they were asked for; those that aren't yours are missing. */
  keys: UsageOfKeyDto[];
}

export class UsageOfKeysQuery extends UsageQuery {
  /**
   * Ids of your keys, at most 100, joined by commas.
   * @example ["key_4kT9mQ2sWxYb7RzN"]
   */
  @Transform(asList)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  @Matches(PLAIN, { each: true })
  keyId: string[];
}
