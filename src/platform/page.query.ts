import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { asInteger } from './query-values.js';

/** How much of a list is asked for at once. */
export class PageQuery {
  /**
   * How many at most, 1 to 100; 50 by default.
   * @example 50
   */
  @IsOptional()
  @Transform(asInteger)
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}
