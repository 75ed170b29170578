import { ApiProperty } from '@nestjs/swagger';
import type { Step } from './usage.query.js';

export class CountsRecord {
  /** Verifications that passed. */
  accepted: number;

  refused: number;
}

export class PlainPointRecord extends CountsRecord {
  /** The beginning of the hour or day. */
  at: Date;
}

export class PointRecord extends PlainPointRecord {
  /** The refused ones by code. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { EXPIRED: 3 } })
  refusedBy: Record<string, number>;
}

export class AudienceCountsRecord extends CountsRecord {
  /**
   * null: the caller named none.
   * @example maps
   */
  audience: string | null;

  /**
   * null: the catalogue doesn't know it.
   * @example Tiles of the office
   */
  title: string | null;
}

export class CodeCountRecord {
  /** @example EXPIRED */
  code: string;

  count: number;
}

export class WindowRecord {
  /** The beginning of the first hour or day. */
  from: Date;

  to: Date;

  step: Step;

  /** @example Europe/Paris */
  timeZone: string;
}

/** Verifications over time. */
export class SeriesRecord extends WindowRecord {
  totals: CountsRecord;

  /** For which applications, most used first. */
  byAudience: AudienceCountsRecord[];

  /** Why they were refused, most frequent first. */
  byCode: CodeCountRecord[];
}

export class UsedNetworkRecord {
  /**
   * Cut to /24 or /48.
   * @example 203.0.113.0/24
   */
  network: string;

  lastUsedAt: Date;
}

export class LastUseRecord {
  at: Date;

  /**
   * Where it came from, cut to /24 or /48; null: not known.
   * @example 203.0.113.0/24
   */
  network: string | null;

  /** @example GDAL */
  agent: string | null;

  /**
   * How the key came: header, bearer, basic, query, path or body.
   * @example bearer
   */
  carrier: string | null;
}

export class KeyUsageRecord extends SeriesRecord {
  /** By hour or day, including those without any. */
  series: PointRecord[];

  /** The last time that it passed; null: never. */
  lastUse: LastUseRecord | null;

  /** The latest 7 that it was used from, latest first. */
  networks: UsedNetworkRecord[];
}
