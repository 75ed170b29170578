import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { PageQuery } from '../platform/page.query.js';

export const DOERS = ['you', 'administrator', 'operator', 'program'] as const;
export type Doer = (typeof DOERS)[number];

export class HistoryQuery extends PageQuery {
  /** The nextCursor of the previous page. */
  @IsOptional()
  @Matches(/^[1-9]\d{0,17}$/, { message: 'cursor must be the nextCursor of the previous page, unchanged' })
  cursor?: string;
}

export class HistoryLineDto {
  at: Date;

  /** @example key.changed */
  action: string;

  /** `operator`: by a command of the operator; `program`: automatically. */
  @ApiProperty({ enum: DOERS })
  by: Doer;

  /**
   * Where you did it from, cut to /24 or /48; null: somebody else did it, or it isn't known.
   * @example 203.0.113.0/24
   */
  network: string | null;

  /**
   * What you did it with; null as for network.
   * @example Firefox
   */
  agent: string | null;

  /**
   * Details of the action; `changed`: each field with its old and new value.
   * @example {"changed":{"name":{"from":"old","to":"new"}}}
   */
  details: object;
}

export class HistoryDto {
  items: HistoryLineDto[];

  /** Pass it as `?cursor` for the next page; null: this was the last page. */
  nextCursor: string | null;
}
